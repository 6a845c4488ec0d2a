/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.authentication;

import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;
import org.posthouse.dns.Answer;
import org.posthouse.dns.Answer.Status;
import org.posthouse.dns.Dns;

/**
 * The DNS as far as one message may use it: each question is asked once, and none any more when the
 * time is over. Not thread safe.
 */
public final class LimitedDns implements Dns {
  private record Asked(String name, int type) {}

  private final Dns dns;
  private final LongSupplier nanoTime;
  private final long end;
  private final Map<Asked, Answer> answers = new HashMap<>();

  /**
   * Begins now.
   *
   * @param time after which nothing is asked; a question under way then is waited for
   * @param nanoTime a clock in nanoseconds
   */
  public LimitedDns(Dns dns, Duration time, LongSupplier nanoTime) {
    this.dns = dns;
    this.nanoTime = nanoTime;
    this.end = nanoTime.getAsLong() + time.toNanos();
  }

  @Override
  public Answer ask(String name, int type) {
    Asked asked = new Asked(name.toLowerCase(Locale.ROOT), type);
    Answer known = answers.get(asked);
    if (known == null) {
      boolean isLate = nanoTime.getAsLong() - end >= 0;
      known = isLate ? Answer.none(Status.TEMPORARY) : dns.ask(name, type);
      answers.put(asked, known);
    }
    return known;
  }
}
