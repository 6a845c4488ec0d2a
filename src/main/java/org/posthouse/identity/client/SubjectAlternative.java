/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.client;

import java.security.cert.X509Certificate;
import java.util.Locale;

/**
 * A name beside the subject's (RFC 5280 section 4.2.1.6).
 *
 * @param value in lower case; compared as a whole, so a wildcard is only itself
 */
public record SubjectAlternative(Kind kind, String value) {
  /** Of which kind it is. */
  public enum Kind {
    EMAIL(1),
    DNS(2),
    URI(6);

    private final int number;

    Kind(int number) {
      this.number = number;
    }

    int number() {
      return number;
    }
  }

  /**
   * Reads {@code dns:mx.partner.example}.
   *
   * @throws IllegalArgumentException when the text is none; the message says why
   */
  public static SubjectAlternative parse(String text) {
    for (Kind kind : Kind.values()) {
      String prefix = kind.name().toLowerCase(Locale.ROOT) + ":";
      String value = text.toLowerCase(Locale.ROOT);
      if (value.startsWith(prefix) && value.length() > prefix.length()) {
        return new SubjectAlternative(kind, value.substring(prefix.length()).trim());
      }
    }
    throw new IllegalArgumentException(
        "'" + text + "' is no alternative name; write dns:, email: or uri: and the name");
  }

  boolean isOf(X509Certificate certificate) {
    return CertificateNames.alternatives(certificate, kind).contains(value);
  }

  @Override
  public String toString() {
    return kind.name().toLowerCase(Locale.ROOT) + ":" + value;
  }
}
