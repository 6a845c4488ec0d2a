/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.rewriting;

import java.util.ArrayList;
import java.util.List;

/**
 * Texts between slashes, as in {@code /pattern/flags rest} or {@code /pattern/replacement/flags}.
 * Another sign than the slash will do; a backslash before the sign takes it into a text.
 *
 * @param rest behind the white space that ends the flags
 */
record SlashedText(List<String> parts, String flags, String rest) {
  private static final String FLAGS = "ig";

  /**
   * Takes a text apart.
   *
   * @param count how many texts there are
   * @throws IllegalArgumentException when there are fewer, or a flag is none
   */
  static SlashedText read(String text, int count) {
    char slash = text.isEmpty() ? ' ' : text.charAt(0);
    if (slash <= ' ' || slash == '\\' || slash >= 0x80 || Character.isLetterOrDigit(slash)) {
      throw new IllegalArgumentException("a pattern stands between slashes: /pattern/");
    }
    List<String> parts = new ArrayList<>();
    int at = 1;
    for (int part = 0; part < count; part++) {
      int end = end(text, slash, at);
      parts.add(text.substring(at, end).replace("\\" + slash, literal(slash)));
      at = end + 1;
    }
    int end = at;
    while (end < text.length() && text.charAt(end) > ' ') {
      end++;
    }
    return new SlashedText(parts, flags(text.substring(at, end)), text.substring(end));
  }

  boolean hasFlag(char flag) {
    return flags.indexOf(flag) >= 0;
  }

  private static int end(String text, char slash, int from) {
    for (int at = from; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c == slash) {
        return at;
      }
      if (c == '\\') {
        at++;
      }
    }
    throw new IllegalArgumentException("a closing " + slash + " is missing");
  }

  /** A slash says itself in a pattern; of other signs the backslash has to stay. */
  private static String literal(char slash) {
    return slash == '/' || slash == '#' ? String.valueOf(slash) : "\\" + slash;
  }

  private static String flags(String flags) {
    for (int at = 0; at < flags.length(); at++) {
      char flag = flags.charAt(at);
      if (FLAGS.indexOf(flag) < 0) {
        throw new IllegalArgumentException(
            "the flag '" + flag + "' is none of i (letter case counts) and g (all that is found)");
      }
    }
    return flags;
  }
}
