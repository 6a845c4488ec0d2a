/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.posthouse.smtp.Answer;

/**
 * How long a site is left alone that cannot be reached: twice as long after each probe, with some
 * chance in it. Not safe for use by several threads.
 */
final class SiteBackOff {
  private static final Duration FIRST = Duration.ofSeconds(30);
  private static final Duration LONGEST = Duration.ofMinutes(15);
  private static final int DOUBLINGS = 10;
  private static final int PATIENT_TRY = 8;

  private int failures;
  private long until;
  private @Nullable Answer reason;
  private @Nullable String host;

  /** Notes a failure at a time in milliseconds; returns how long the site is left alone. */
  Duration failed(Answer answer, @Nullable String at, long now) {
    long millis = Math.min(FIRST.toMillis() << Math.min(failures, DOUBLINGS), LONGEST.toMillis());
    failures++;
    reason = answer;
    host = at;
    long wait = millis + ThreadLocalRandom.current().nextLong(millis / 10 + 1);
    until = now + wait;
    return Duration.ofMillis(wait);
  }

  /** Whether the site has been left alone since its last success. */
  boolean isDown() {
    return failures > 0;
  }

  /** Whether it is not the time for a probe yet. */
  boolean isResting(long now) {
    return failures > 0 && now < until;
  }

  /**
   * Whether the next try may take as long as it likes, however many of other destinations wait: the
   * eighth in a row, or a host that greets late would never be heard while connections are short.
   */
  boolean isPatient() {
    return failures % PATIENT_TRY == PATIENT_TRY - 1;
  }

  /** Ends the rest: the next mail is the probe. */
  void retryNow() {
    until = 0;
  }

  void succeeded() {
    failures = 0;
    reason = null;
    host = null;
  }

  long until() {
    return until;
  }

  @Nullable Answer reason() {
    return reason;
  }

  @Nullable String host() {
    return host;
  }
}
