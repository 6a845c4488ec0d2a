/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity;

import java.util.Locale;

/** Lower case for names and addresses. */
public final class Letters {
  private Letters() {}

  /**
   * The text in lower case, where no other character becomes an ASCII letter: the Kelvin sign is no
   * k, or somebody could have the address of somebody else.
   */
  public static String lower(String text) {
    if (isAscii(text)) {
      return text.toLowerCase(Locale.ROOT);
    }
    StringBuilder lower = new StringBuilder(text.length());
    text.codePoints().map(Letters::lower).forEach(lower::appendCodePoint);
    return lower.toString();
  }

  /** Whether no character is beyond ASCII. */
  public static boolean isAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80) {
        return false;
      }
    }
    return true;
  }

  private static int lower(int character) {
    int lower = Character.toLowerCase(character);
    return character >= 0x80 && lower < 0x80 ? character : lower;
  }
}
