/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.limits;

import java.time.Duration;
import org.posthouse.config.DataSize;
import org.posthouse.config.TimeSpan;

/**
 * So much in such a time, as a token bucket: the amount at once, and then as much in each span.
 *
 * @param amount messages, recipients or octets; at least 1, at most one a nanosecond
 * @param per 1 s to {@link #LONGEST}
 */
record Rate(Kind kind, long amount, Duration per) {
  static final Duration LONGEST = Duration.ofDays(366);

  private static final Duration SHORTEST = Duration.ofSeconds(1);

  /** Reads {@code 1000 / 1 h}, of octets {@code 100 MiB / 1 d}. */
  static Rate parse(Kind kind, String text) {
    String[] parts = text.split("/", -1);
    if (parts.length != 2) {
      throw noRate(kind, text);
    }
    Duration per = TimeSpan.parse(parts[1]);
    if (per.compareTo(SHORTEST) < 0 || per.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "the time of a rate is from 1s to " + TimeSpan.text(LONGEST) + ", not" + parts[1]);
    }
    long amount = amount(kind, parts[0].trim(), text);
    if (amount > per.toNanos()) {
      throw new IllegalArgumentException("'" + text + "' is more than a rate can be");
    }
    return new Rate(kind, amount, per);
  }

  private static long amount(Kind kind, String count, String text) {
    long amount = 0;
    if (kind == Kind.BYTES) {
      amount = DataSize.parse(count).octets();
    } else if (count.matches("[0-9]{1,12}")) {
      amount = Long.parseLong(count);
    }
    if (amount == 0) {
      throw noRate(kind, text);
    }
    return amount;
  }

  private static IllegalArgumentException noRate(Kind kind, String text) {
    String example = kind == Kind.BYTES ? "a size, '/' and a time, as 100 MiB / 1 d" : COUNT;
    return new IllegalArgumentException("'" + text + "' is no rate; write " + example);
  }

  private static final String COUNT = "a number, '/' and a time, as 1000 / 1 h";

  /** Whether this never refuses what the other lets pass. */
  boolean isLooserThan(Rate other) {
    return kind == other.kind
        && amount >= other.amount
        && perNano() >= other.perNano()
        && !equals(other);
  }

  private double perNano() {
    return (double) amount / per.toNanos();
  }

  /** For replies: {@code 1000 messages in 1h}. */
  String words() {
    return amount + " " + kind.words() + " in " + TimeSpan.text(per);
  }
}
