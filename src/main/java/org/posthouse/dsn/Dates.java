/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dsn;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Dates as mail has them (RFC 5322, section 3.3), always in UTC. */
final class Dates {
  /** The JDK's own writes the zone as GMT, which RFC 5322 calls obsolete. */
  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofPattern("EEE, d MMM uuuu HH:mm:ss '+0000'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private Dates() {}

  static String of(Instant instant) {
    return FORMAT.format(instant);
  }
}
