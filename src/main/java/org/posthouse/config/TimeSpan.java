/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.config;

import java.time.Duration;

/**
 * How spans of time are written wherever a person reads them: {@code 29s}, {@code 5m}, {@code
 * 1d2h}.
 */
public final class TimeSpan {
  private TimeSpan() {}

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
