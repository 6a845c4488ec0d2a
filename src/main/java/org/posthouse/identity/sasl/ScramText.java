/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.sasl;

import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How names and octets stand in messages of SCRAM (RFC 5802 sections 5.1 and 7). */
final class ScramText {
  private ScramText() {}

  /** A saslname without its escapes; empty when it has an equals sign that is none. */
  static Optional<String> unescaped(String name) {
    StringBuilder text = new StringBuilder(name.length());
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c != '=') {
        text.append(c);
      } else if (name.startsWith("=2C", i)) {
        text.append(',');
        i += 2;
      } else if (name.startsWith("=3D", i)) {
        text.append('=');
        i += 2;
      } else {
        return Optional.empty();
      }
    }
    return Optional.of(text.toString());
  }

  static String base64(byte[] octets) {
    return Base64.getEncoder().encodeToString(octets);
  }

  /** The octets, or null when the text is no base64. */
  static byte @Nullable [] octets(String base64) {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
