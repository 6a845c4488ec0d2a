/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery;

import java.time.Duration;

/**
 * When a mail that was put off is tried again, by its age: waits that grow by a factor, up to a
 * longest one, until the mail is too old (RFC 5321, section 4.5.4.1).
 *
 * @param first the wait after the first attempt
 * @param factor by which each wait is longer than the one before, at least 1
 * @param longest no wait is longer
 * @param jitter share of a wait, 0 to 0.5, by which it is made shorter or longer at random
 * @param lifetime age at which a mail is given up
 * @param bounceLifetime the same for mail with the null reverse-path
 */
public record RetrySchedule(
    Duration first,
    double factor,
    Duration longest,
    double jitter,
    Duration lifetime,
    Duration bounceLifetime) {
  /** What is used when nothing is configured. */
  public static final RetrySchedule DEFAULT =
      new RetrySchedule(
          Duration.ofMinutes(5),
          2,
          Duration.ofHours(4),
          0.2,
          Duration.ofDays(5),
          Duration.ofDays(1));

  /**
   * The wait after an attempt.
   *
   * @param attempts made so far, at least 1
   * @param random from 0 to 1
   */
  public Duration wait(int attempts, double random) {
    double growth = Math.pow(factor, Math.min(attempts - 1, 1000));
    double millis = Math.min((double) first.toMillis() * growth, (double) longest.toMillis());
    return Duration.ofMillis((long) (millis * (1 + jitter * (2 * random - 1))));
  }

  /** Age at which a mail is given up. */
  public Duration lifetime(boolean hasSender) {
    return hasSender ? lifetime : bounceLifetime;
  }
}
