/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.cli;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Until when a credential opens. */
final class ExpiryOption {
  private static final String NEVER = "never";

  @Option(
      names = "--expires",
      paramLabel = "DAY",
      description = "Last day, in UTC, on which it opens: 2027-01-31, or 90d from today, or never.")
  private @Nullable String text;

  /** Whether anything was asked for. */
  boolean isGiven() {
    return text != null;
  }

  /**
   * The day that was asked for; null for never.
   *
   * @throws IllegalArgumentException when the text is none, or a day that is over
   */
  @Nullable LocalDate day() {
    return text == null || text.equals(NEVER) ? null : day(text, LocalDate.now(ZoneOffset.UTC));
  }

  private static LocalDate day(String text, LocalDate today) {
    LocalDate day;
    try {
      day =
          text.matches("\\d{1,5}d")
              ? today.plusDays(Long.parseLong(text.substring(0, text.length() - 1)))
              : LocalDate.parse(text);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "--expires is a day such as 2027-01-31, a number of days such as 90d, or never; not '"
              + text
              + "'",
          e);
    }
    if (day.isBefore(today)) {
      throw new IllegalArgumentException("--expires " + text + " is over already");
    }
    return day;
  }
}
