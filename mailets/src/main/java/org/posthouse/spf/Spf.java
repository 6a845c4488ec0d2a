/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spf;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.posthouse.dns.Dns;

/**
 * Checks whether a host may use a domain (RFC 7208). For use by many threads. Records of the type
 * SPF are not asked for (section 3.1). One check causes no more than ten terms with look-ups, so no
 * more than some 110 questions.
 */
public final class Spf {
  /** How long a check may take: section 4.6.4 wants twenty seconds or more. */
  public static final Duration TIME_LIMIT = Duration.ofSeconds(20);

  private final Dns dns;
  private final Duration timeLimit;
  private final LongSupplier nanoTime;

  /** Checks within {@link #TIME_LIMIT}. */
  public Spf(Dns dns) {
    this(dns, TIME_LIMIT);
  }

  /**
   * Checks within a time.
   *
   * @param timeLimit after which nothing more is asked; a question under way then is waited for
   */
  public Spf(Dns dns, Duration timeLimit) {
    this(dns, timeLimit, System::nanoTime);
  }

  Spf(Dns dns, Duration timeLimit, LongSupplier nanoTime) {
    this.dns = dns;
    this.timeLimit = timeLimit;
    this.nanoTime = nanoTime;
  }

  /** Checks the MAIL FROM identity, or for the null reverse path the HELO identity. */
  public SpfResult check(SpfRequest request) {
    Sender sender = Sender.of(request);
    String problem = sender.problem();
    if (problem != null) {
      return result(sender, Outcome.error(SpfCode.NONE, "", problem), null);
    }
    LookUps lookUps = new LookUps(dns, nanoTime, timeLimit.toNanos());
    CheckHost checkHost = new CheckHost(request, sender, lookUps);
    Outcome outcome = checkHost.check(sender.domain());
    return result(sender, outcome, checkHost.explanation(outcome));
  }

  private static SpfResult result(Sender sender, Outcome outcome, @Nullable String explanation) {
    return new SpfResult(
        outcome.code(),
        sender.identity(),
        sender.domain(),
        outcome.mechanism(),
        explanation,
        outcome.problem());
  }
}
