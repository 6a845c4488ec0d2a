/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.signing;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/**
 * When a key signs.
 *
 * @param from the first instant; null for always
 * @param until the first instant at which it signs no more; null for never
 */
public record Validity(@Nullable Instant from, @Nullable Instant until) {
  /** Without begin and end. */
  public static final Validity ALWAYS = new Validity(null, null);

  /** Whether the key signs at that time. */
  public boolean includes(Instant now) {
    return !isAhead(now) && !isOver(now);
  }

  /** Whether it has not begun. */
  public boolean isAhead(Instant now) {
    return from != null && now.isBefore(from);
  }

  /** Whether it has ended. */
  public boolean isOver(Instant now) {
    return until != null && !now.isBefore(until);
  }

  /** Whether there is an end, and the other has a later one or none. */
  boolean endsBefore(Validity other) {
    return until != null && (other.until == null || until.isBefore(other.until));
  }

  /** Whether there is a time at which the key signs. */
  boolean isPossible() {
    return from == null || until == null || from.isBefore(until);
  }

  /**
   * Reads a date, which begins at midnight UTC, or an instant (ISO 8601 with Z or an offset).
   *
   * @throws IllegalArgumentException when it is neither; the message says why
   */
  static Instant parse(String text) {
    try {
      return text.indexOf('T') < 0
          ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
          : DateTimeFormatter.ISO_OFFSET_DATE_TIME.parse(text, Instant::from);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "'"
              + text
              + "' is no date; write 2026-11-01, which is midnight UTC, or"
              + " 2026-11-01T12:00:00Z",
          e);
    }
  }

  /** As dkim.xml has it: a date where it is midnight UTC, else an instant. */
  public static String text(Instant instant) {
    LocalDate day = instant.atOffset(ZoneOffset.UTC).toLocalDate();
    boolean isMidnight = day.atStartOfDay(ZoneOffset.UTC).toInstant().equals(instant);
    return isMidnight ? day.toString() : instant.toString();
  }
}
