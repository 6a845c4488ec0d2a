/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.message;

import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** A date-time of a header field (RFC 5322 section 3.3). */
public final class DateTime {
  /** Not RFC_1123_DATE_TIME: its GMT must not be generated any more (section 4.3). */
  private static final DateTimeFormatter FORM =
      DateTimeFormatter.ofPattern("EEE, d MMM uuuu HH:mm:ss Z", Locale.ENGLISH);

  private DateTime() {}

  /** As in {@code Mon, 30 Nov 2026 14:46:26 +0000}. */
  public static String text(ZonedDateTime time) {
    return FORM.format(time);
  }
}
