/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.authentication;

import java.util.ArrayList;
import java.util.List;

/**
 * What one method says of a message (RFC 8601 section 2.2).
 *
 * @param method such as {@code spf}
 * @param result such as {@code pass}
 * @param reason a few words; empty when there is nothing to explain
 */
public record MethodResult(String method, String result, String reason, List<Property> properties) {
  public MethodResult {
    properties = List.copyOf(properties);
  }

  /** The parts between which the field may be folded. Empty and overlong values are left out. */
  List<String> parts() {
    List<String> parts = new ArrayList<>();
    parts.add(method + "=" + result);
    if (!reason.isEmpty()) {
      parts.add("reason=" + FieldValue.quoted(FieldValue.beginning(reason)));
    }
    properties.stream()
        .filter(property -> FieldValue.fits(property.value()))
        .map(Property::text)
        .forEach(parts::add);
    return parts;
  }
}
