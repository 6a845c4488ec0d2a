/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery.config;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import org.posthouse.config.Settings;
import org.posthouse.config.TimeSpan;
import org.posthouse.delivery.RetrySchedule;
import org.posthouse.delivery.config.Treatment.Retry;

/** Reads {@code <retry>}. */
final class RetryReader {
  private static final Duration SOON = Duration.ofMillis(1);
  private static final Duration MOST = Duration.ofDays(366);
  private static final BigDecimal MOST_GROWTH = BigDecimal.TEN;
  private static final int MOST_JITTER = 50;

  private RetryReader() {}

  /** What is not written is as otherwise. */
  static Retry read(Settings retry, Retry otherwise) {
    RetrySchedule before = otherwise.schedule();
    RetrySchedule schedule =
        new RetrySchedule(
            retry.duration("first", SOON, MOST, before.first()),
            retry.read("factor", before.factor(), RetryReader::factor),
            retry.duration("longest", SOON, MOST, before.longest()),
            retry.read("jitter", before.jitter(), RetryReader::share),
            retry.duration("lifetime", Duration.ZERO, MOST, before.lifetime()),
            retry.duration("bounceLifetime", Duration.ZERO, MOST, before.bounceLifetime()));
    Optional<Duration> warning =
        retry.read("delayWarning", otherwise.delayWarning(), RetryReader::delayWarning);
    compare(retry, schedule, warning);
    return new Retry(schedule, warning);
  }

  /** What comes from elsewhere is told there. */
  private static void compare(
      Settings retry, RetrySchedule schedule, Optional<Duration> delayWarning) {
    boolean waits = retry.text("first").isPresent() || retry.text("longest").isPresent();
    if (waits && schedule.first().compareTo(schedule.longest()) > 0) {
      String longest = TimeSpan.text(schedule.longest());
      retry.problem("", "the first wait is longer than the longest, which is " + longest);
    }
    boolean late = delayWarning.filter(at -> at.compareTo(schedule.lifetime()) >= 0).isPresent();
    if (late && (retry.text("delayWarning").isPresent() || retry.text("lifetime").isPresent())) {
      retry.warning("", "no delay is told: mail is given up before <delayWarning>");
    }
  }

  private static double factor(String text) {
    if (text.matches("[0-9]{1,2}([.][0-9]{1,6})?")) {
      BigDecimal factor = new BigDecimal(text);
      if (factor.compareTo(BigDecimal.ONE) >= 0 && factor.compareTo(MOST_GROWTH) <= 0) {
        return factor.doubleValue();
      }
    }
    throw new IllegalArgumentException("'" + text + "' is no number of 1 to " + MOST_GROWTH);
  }

  private static double share(String text) {
    if (text.matches("[0-9]{1,3}\\s*%")) {
      int percent = Integer.parseInt(text.replaceFirst("\\s*%", ""));
      if (percent <= MOST_JITTER) {
        return percent / 100.0;
      }
    }
    throw new IllegalArgumentException("'" + text + "' is not of 0 % to " + MOST_JITTER + " %");
  }

  private static Optional<Duration> delayWarning(String text) {
    if (text.equalsIgnoreCase("never")) {
      return Optional.empty();
    }
    Duration span = TimeSpan.parse(text);
    if (span.compareTo(SOON) < 0 || span.compareTo(MOST) > 0) {
      throw new IllegalArgumentException("'" + text + "' is neither never nor a span of time");
    }
    return Optional.of(span);
  }
}
