/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;

/** A span of time in a parameter: a number and a unit, {@code 14 d}. */
final class SpanOfTime {
  private static final int MOST_DIGITS = 9;
  private static final Map<String, ChronoUnit> UNITS =
      Map.of(
          "ms", ChronoUnit.MILLIS,
          "s", ChronoUnit.SECONDS,
          "min", ChronoUnit.MINUTES,
          "m", ChronoUnit.MINUTES, // as James has it
          "h", ChronoUnit.HOURS,
          "d", ChronoUnit.DAYS);

  private SpanOfTime() {}

  /** Reads a span; empty when the text is none, or one shorter than a second. */
  static Optional<Duration> of(String text) {
    int digits = 0;
    while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
      digits++;
    }
    ChronoUnit unit = UNITS.get(text.substring(digits).strip());
    if (digits == 0 || digits > MOST_DIGITS || unit == null) {
      return Optional.empty();
    }
    return Optional.of(Duration.of(Long.parseLong(text.substring(0, digits)), unit))
        .filter(span -> span.compareTo(Duration.ofSeconds(1)) >= 0);
  }
}
