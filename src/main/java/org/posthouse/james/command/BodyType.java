/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.command;

import java.util.Locale;
import java.util.Optional;

/** What the client says its message holds (RFC 6152, RFC 3030). */
public enum BodyType {
  /** Nothing was said; lines of any octets are taken, as everybody sends them. */
  UNSAID,
  SEVEN_BIT,
  EIGHT_BIT,
  /** Any octets, lines or none; only BDAT can carry them. */
  BINARY;

  static Optional<BodyType> parse(String value) {
    return switch (value.toUpperCase(Locale.ROOT)) {
      case "7BIT" -> Optional.of(SEVEN_BIT);
      case "8BITMIME" -> Optional.of(EIGHT_BIT);
      case "BINARYMIME" -> Optional.of(BINARY);
      default -> Optional.empty();
    };
  }
}
