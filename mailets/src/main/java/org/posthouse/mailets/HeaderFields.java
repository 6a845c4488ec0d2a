/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.james.jdkim.api.Headers;

/**
 * The header fields of a message for jDKIM.
 *
 * <p>jDKIM turns fields into octets with the JVM's default charset. A field with 8-bit octets that
 * do not survive this round trip cannot be signed: its name is left out of the signature.
 */
final class HeaderFields implements Headers {
  private static final Charset OF_JDKIM = Charset.defaultCharset();

  private final Map<String, List<String>> fields = new LinkedHashMap<>();
  private final Set<String> unsignable = new HashSet<>();

  private HeaderFields() {}

  /**
   * @param header the header as it is sent, one octet one character
   */
  static HeaderFields of(byte[] header) {
    HeaderFields result = new HeaderFields();
    String text = new String(header, StandardCharsets.ISO_8859_1);
    for (String field : text.split("\r?\n(?![ \t])", -1)) {
      result.add(field);
    }
    return result;
  }

  boolean isSignable(String name) {
    return !unsignable.contains(name);
  }

  @Override
  public List<String> getFields() {
    return List.copyOf(fields.keySet());
  }

  @Override
  public List<String> getFields(String name) {
    return fields.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
  }

  private void add(String field) {
    int colon = field.indexOf(':');
    if (colon <= 0) {
      return;
    }
    String name = field.substring(0, colon).trim().toLowerCase(Locale.ROOT);
    byte[] octets = field.getBytes(StandardCharsets.ISO_8859_1);
    String decoded = new String(octets, OF_JDKIM);
    if (!java.util.Arrays.equals(decoded.getBytes(OF_JDKIM), octets)) {
      unsignable.add(name);
    }
    fields.computeIfAbsent(name, unused -> new ArrayList<>()).add(decoded);
  }
}
