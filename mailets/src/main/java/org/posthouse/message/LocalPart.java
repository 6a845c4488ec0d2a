/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.message;

/** The local part of an address: what it says, and how that is written (RFC 5321 4.1.2). */
public final class LocalPart {
  private static final String ATEXT_SIGNS = "!#$%&'*+-/=?^_`{|}~";

  private LocalPart() {}

  /** As it is written: a Dot-string where it can be, else a Quoted-string. */
  public static String written(String plain) {
    if (isDotString(plain)) {
      return plain;
    }
    return '"' + plain.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  /** What it says: without quotes, and without the backslashes of quoted pairs. */
  public static String plain(String written) {
    if (written.indexOf('"') < 0 && written.indexOf('\\') < 0) {
      return written;
    }
    StringBuilder plain = new StringBuilder(written.length());
    for (int i = 0; i < written.length(); i++) {
      char c = written.charAt(i);
      if (c == '\\' && i + 1 < written.length()) {
        plain.append(written.charAt(++i));
      } else if (c != '"') {
        plain.append(c);
      }
    }
    return plain.toString();
  }

  private static boolean isDotString(String plain) {
    return !plain.isEmpty()
        && !plain.startsWith(".")
        && !plain.endsWith(".")
        && !plain.contains("..")
        && plain.chars().allMatch(c -> c == '.' || isAtext(c));
  }

  /** A character of an atom (RFC 5322 section 3.2.3); RFC 6532 adds all beyond ASCII. */
  public static boolean isAtext(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c >= 0x80
        || ATEXT_SIGNS.indexOf(c) >= 0;
  }
}
