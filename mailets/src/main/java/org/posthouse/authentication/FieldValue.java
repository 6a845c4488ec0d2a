/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.authentication;

/**
 * Text of others in Authentication-Results (RFC 8601 section 2.2): a token, an address or a quoted
 * string of visible ASCII, so that none can end its value, the field or a line.
 */
final class FieldValue {
  /** A cut value may look like another's, so what is longer is not written at all. */
  private static final int LONGEST = 320;

  private static final int LONGEST_REASON = 100;
  private static final String TSPECIALS = "()<>@,;:\\\"/[]?=";

  private FieldValue() {}

  static boolean fits(String value) {
    return !value.isEmpty() && value.length() <= LONGEST;
  }

  static String beginning(String reason) {
    return reason.substring(0, Math.min(LONGEST_REASON, reason.length()));
  }

  static String of(String value) {
    return isToken(value) || isAddress(value) ? value : quoted(value);
  }

  /** What is not visible ASCII or a space becomes a question mark. */
  static String quoted(String value) {
    StringBuilder text = new StringBuilder("\"");
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        text.append('\\');
      }
      text.append(c >= ' ' && c < 0x7F ? c : '?');
    }
    return text.append('"').toString();
  }

  /** RFC 2045 section 5.1. */
  private static boolean isToken(String value) {
    return !value.isEmpty()
        && value.chars().allMatch(c -> c > ' ' && c < 0x7F && TSPECIALS.indexOf(c) < 0);
  }

  /** A local part that is a dot-atom, or none, and a domain name. */
  private static boolean isAddress(String value) {
    int sign = value.lastIndexOf('@');
    return sign >= 0
        && value.chars().limit(sign).allMatch(FieldValue::isAtomCharacter)
        && sign + 1 < value.length()
        && value.chars().skip(sign + 1L).allMatch(FieldValue::isNameCharacter);
  }

  /** RFC 5322 section 3.2.3. */
  private static boolean isAtomCharacter(int c) {
    return isNameCharacter(c) || "!#$%&'*+/=?^_`{|}~".indexOf(c) >= 0;
  }

  private static boolean isNameCharacter(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '.'
        || c == '_';
  }
}
