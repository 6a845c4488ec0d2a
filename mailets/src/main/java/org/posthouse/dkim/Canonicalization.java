/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dkim;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.Locale;
import java.util.Optional;

/** How a header field or a body is made the same again after transport (RFC 6376 section 3.4). */
public enum Canonicalization {
  /** Only line ends and the empty lines at the end of a body. */
  SIMPLE {
    @Override
    public void field(String line, ByteArrayOutputStream out) {
      byte[] octets = line.getBytes(ISO_8859_1);
      int written = 0;
      for (int i = 0; i < octets.length; i++) {
        if (octets[i] == '\n' && (i == 0 || octets[i - 1] != '\r')) {
          out.write(octets, written, i - written);
          out.write('\r');
          written = i;
        }
      }
      out.write(octets, written, octets.length - written);
    }
  },
  /** White space, folding and the case of field names as well. */
  RELAXED {
    @Override
    public void field(String line, ByteArrayOutputStream out) {
      byte[] octets = line.getBytes(ISO_8859_1);
      out.write(octets, 0, RelaxedField.compact(octets));
    }
  };

  /**
   * Writes the canonical form of a header field, without the line end after it.
   *
   * @param line the field with its folds, one char per octet; it has a colon
   */
  public abstract void field(String line, ByteArrayOutputStream out);

  /** As written in c=. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Optional<Canonicalization> of(String word) {
    return switch (word) {
      case "simple" -> Optional.of(SIMPLE);
      case "relaxed" -> Optional.of(RELAXED);
      default -> Optional.empty();
    };
  }
}
