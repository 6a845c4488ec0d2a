/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.rewriting;

import java.util.Locale;

/**
 * A name of header fields (RFC 5322 section 3.6.8), or a pattern in which one {@code *} stands for
 * any characters.
 *
 * @param begin in lower case, what stands before the star; the whole name where there is none
 * @param end in lower case, what stands behind it
 */
public record FieldNames(String begin, String end, boolean open) {
  private static final int MOST_CHARACTERS = 77;

  /**
   * Reads a name or a pattern.
   *
   * @throws IllegalArgumentException when it is none; the message says why
   */
  public static FieldNames read(String text) {
    int star = text.indexOf('*');
    String lower = text.toLowerCase(Locale.ROOT);
    if (star < 0) {
      requireName(text);
      return new FieldNames(lower, "", false);
    }
    String name = text.substring(0, star) + text.substring(star + 1);
    if (name.indexOf('*') >= 0) {
      throw new IllegalArgumentException("'" + text + "' has more than one *");
    }
    if (!name.isEmpty()) {
      requireName(name);
    }
    return new FieldNames(lower.substring(0, star), lower.substring(star + 1), true);
  }

  /** Whether a field of that name is meant, case aside. */
  public boolean matches(String name) {
    if (!open) {
      return begin.equalsIgnoreCase(name);
    }
    return name.length() >= begin.length() + end.length()
        && name.regionMatches(true, 0, begin, 0, begin.length())
        && name.regionMatches(true, name.length() - end.length(), end, 0, end.length());
  }

  /** What the star stands for in a name that matches. */
  String middle(String name) {
    return open ? name.substring(begin.length(), name.length() - end.length()) : "";
  }

  /**
   * Checks a name by the grammar of ftext.
   *
   * @throws IllegalArgumentException when it is none
   */
  static String requireName(String name) {
    if (!isName(name)) {
      throw new IllegalArgumentException(
          "'" + name + "' is no name of a header field: 1 to 77 printable characters of ASCII");
    }
    return name;
  }

  /** Whether a field can have the name (RFC 5322 section 3.6.8). */
  static boolean isName(String name) {
    return !name.isEmpty()
        && name.length() <= MOST_CHARACTERS
        && name.chars().allMatch(c -> c > ' ' && c < 0x7f && c != ':');
  }
}
