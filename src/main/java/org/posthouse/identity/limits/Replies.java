/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.limits;

import java.time.Duration;
import java.util.Optional;
import org.posthouse.config.TimeSpan;

/** What a client is told of a limit: its name, and when it frees. */
final class Replies {
  private Replies() {}

  /** Beyond a rate; RFC 5321 has 452 for recipients, so that the others are sent now. */
  static LimitReached rate(Limit limit, Rate rate, String key, Duration wait) {
    String said = "Limit " + limit.name() + " of " + rate.words() + " is reached";
    Duration frees = seconds(wait);
    if (limit.consequence() == Consequence.REFUSE) {
      return reached(limit, rate.words(), key, frees, "550", "5.7.28 " + said);
    }
    boolean recipients = rate.kind() == Kind.RECIPIENTS || rate.kind() == Kind.NEW_RECIPIENTS;
    String text = "4.7.28 " + said + "; try again in " + TimeSpan.text(frees);
    return reached(limit, rate.words(), key, frees, recipients ? "452" : "451", text);
  }

  /** It passes, and waits: to the millisecond, or all mail of a second would leave together. */
  static LimitReached held(Meter meter, String key, Duration wait) {
    LimitReached said = rate(meter.limit(), meter.rate(), key, wait);
    Optional<Duration> exact = Optional.of(Duration.ofMillis(wait.plusNanos(999_999).toMillis()));
    return new LimitReached(
        said.limit(), said.bound(), said.key(), exact, true, said.code(), said.text());
  }

  /** More octets than the rate has in its whole time: no waiting helps. */
  static LimitReached never(Limit limit, Rate rate, String key) {
    String said = "Limit " + limit.name() + " of " + rate.words();
    return new LimitReached(
        limit.name(),
        rate.words(),
        key,
        Optional.empty(),
        false,
        "552",
        "5.3.4 The message is larger than all of " + said);
  }

  static LimitReached sessions(Limit limit, String key) {
    String bound = limit.sessions() + " sessions at a time";
    String text = "4.7.28 Limit " + limit.name() + " of " + bound + " is reached; try again later";
    return new LimitReached(limit.name(), bound, key, Optional.empty(), false, "451", text);
  }

  static LimitReached recipients(Limit limit, String key) {
    String bound = limit.recipients() + " recipients of one mail";
    String text = "4.5.3 Limit " + limit.name() + " of " + bound + " is reached";
    return new LimitReached(limit.name(), bound, key, Optional.empty(), false, "452", text);
  }

  static LimitReached size(Limit limit, String key) {
    String bound = limit.size() + " octets";
    String text = "5.3.4 The message is larger than limit " + limit.name() + " of " + bound;
    return new LimitReached(limit.name(), bound, key, Optional.empty(), false, "552", text);
  }

  private static LimitReached reached(
      Limit limit, String bound, String key, Duration frees, String code, String text) {
    return new LimitReached(limit.name(), bound, key, Optional.of(frees), false, code, text);
  }

  /** Whole seconds, upwards: after that time it does pass. */
  private static Duration seconds(Duration wait) {
    return Duration.ofSeconds(wait.plusNanos(999_999_999).toSeconds());
  }
}
