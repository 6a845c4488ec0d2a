/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.arc;

import java.util.Optional;
import org.posthouse.dkim.TagList;
import org.posthouse.message.HeaderField;

/** The number of the set that a field of ARC belongs to (RFC 8617 section 4.2.1). */
final class ArcInstance {
  /** RFC 8617 section 4.2.1. */
  static final int MAX = 50;

  private static final int DIGITS = 2;

  private ArcInstance() {}

  /** The number in a signature's tags; empty unless it is from 1 to 50. */
  static Optional<Integer> ofSignature(HeaderField field) {
    return TagList.parse(afterColon(field))
        .flatMap(tags -> tags.value("i"))
        .flatMap(ArcInstance::number);
  }

  /** The number before everything else in ARC-Authentication-Results. */
  static Optional<Integer> ofResults(HeaderField field) {
    String value = afterColon(field);
    int semicolon = value.indexOf(';');
    int equals = value.indexOf('=');
    if (equals < 0 || semicolon < equals || !value.substring(0, equals).strip().equals("i")) {
      return Optional.empty();
    }
    return number(value.substring(equals + 1, semicolon).strip());
  }

  private static Optional<Integer> number(String text) {
    boolean isNumber =
        !text.isEmpty()
            && text.length() <= DIGITS
            && text.chars().allMatch(c -> c >= '0' && c <= '9');
    return isNumber
        ? Optional.of(Integer.valueOf(text)).filter(n -> n >= 1 && n <= MAX)
        : Optional.empty();
  }

  private static String afterColon(HeaderField field) {
    return field.line().substring(field.line().indexOf(':') + 1);
  }
}
