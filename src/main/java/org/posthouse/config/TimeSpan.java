/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.config;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Spans of time in words. Wherever a person reads them they are short, {@code 29s}, {@code 5m},
 * {@code 1d2h}; a person writes a number and a unit of the SI or one accepted beside it, {@code 5
 * min}.
 */
public final class TimeSpan {
  private static final Pattern FORM = Pattern.compile("(\\d{1,9})\\s*([A-Za-z]+)");
  private static final Map<String, ChronoUnit> UNITS =
      Map.of(
          "ms", ChronoUnit.MILLIS,
          "s", ChronoUnit.SECONDS,
          "min", ChronoUnit.MINUTES,
          "m", ChronoUnit.MINUTES, // as it is printed, and as James' files have it
          "h", ChronoUnit.HOURS,
          "d", ChronoUnit.DAYS);

  private TimeSpan() {}

  /**
   * Reads a number and a unit, in the case that the SI has.
   *
   * @throws IllegalArgumentException when the text is no span of time; the message says why
   */
  public static Duration parse(String text) {
    Matcher matcher = FORM.matcher(text.trim());
    ChronoUnit unit = matcher.matches() ? UNITS.get(matcher.group(2)) : null;
    if (unit == null) {
      throw new IllegalArgumentException(
          "'" + text + "' is no span of time; write a number and ms, s, min, h or d");
    }
    return Duration.of(Long.parseLong(matcher.group(1)), unit);
  }

  /** Without a space, so that it is one word of a log line; milliseconds only below a minute. */
  public static String text(Duration span) {
    if (span.isNegative()) {
      return "-" + text(span.negated());
    }
    StringBuilder text = new StringBuilder();
    append(text, span.toDays(), "d");
    append(text, span.toHoursPart(), "h");
    append(text, span.toMinutesPart(), "m");
    boolean coarse = !text.isEmpty();
    append(text, span.toSecondsPart(), "s");
    append(text, coarse ? 0 : span.toMillisPart(), "ms");
    return text.isEmpty() ? "0s" : text.toString();
  }

  private static void append(StringBuilder text, long number, String unit) {
    if (number > 0) {
      text.append(number).append(unit);
    }
  }
}
