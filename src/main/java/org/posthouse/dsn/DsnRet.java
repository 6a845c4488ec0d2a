/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dsn;

import java.util.Locale;
import java.util.Optional;

/** How much of a mail comes back with a report of its failure (RET; RFC 3461, section 4.3). */
public enum DsnRet {
  /** All of it. */
  FULL,
  /** Its header only. */
  HDRS;

  /** The value of RET; empty when it is not one of its values. */
  public static Optional<DsnRet> parse(String value) {
    return switch (value.strip().toUpperCase(Locale.ROOT)) {
      case "FULL" -> Optional.of(FULL);
      case "HDRS" -> Optional.of(HDRS);
      default -> Optional.empty();
    };
  }
}
