/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.authentication;

/**
 * What a result is about (RFC 8601 section 2.3).
 *
 * @param type {@code smtp}, {@code header} or {@code policy}
 * @param name such as {@code mailfrom}
 * @param value whatever somebody claimed
 */
public record Property(String type, String name, String value) {
  /** As it stands in the field, all of its value being of that property. */
  String text() {
    return type + "." + name + "=" + FieldValue.of(value);
  }
}
