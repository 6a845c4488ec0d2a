/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dsn;

import java.nio.charset.StandardCharsets;

/** Header fields as they are written: folded, and never more than one to an {@link #add}. */
final class Fields {
  private static final int WIDTH = 76;

  /** In characters, of up to 3 octets; with a name it stays below the 998 octets of RFC 5322. */
  private static final int LONGEST_WORD = 230;

  /** An identifier must not be cut: it comes from {@link OriginalHeader}, which bounds it. */
  private static final int LONGEST_ASCII_WORD = 900;

  private final boolean utf8;
  private final StringBuilder text = new StringBuilder();
  private int column;

  /**
   * @param utf8 whether values may be other than ASCII (RFC 6532); otherwise they get question
   *     marks
   */
  Fields(boolean utf8) {
    this.utf8 = utf8;
  }

  Fields add(String name, String value) {
    text.append(name).append(':');
    column = name.length() + 1;
    boolean first = true;
    for (String word :
        (utf8 ? Characters.oneLine(value) : Characters.ascii(value)).split(" ", -1)) {
      append(word, first);
      first = false;
    }
    text.append("\r\n");
    return this;
  }

  private void append(String word, boolean first) {
    int longest = Characters.isAscii(word) ? LONGEST_ASCII_WORD : LONGEST_WORD;
    int from = 0;
    do {
      int end = word.length() <= from + longest ? word.length() : cut(word, from + longest);
      boolean stays = from == 0 && (first || column + 1 + end <= WIDTH);
      if (!stays) {
        text.append("\r\n");
        column = 0;
      }
      text.append(' ').append(word, from, end);
      column += 1 + end - from;
      from = end;
    } while (from < word.length());
  }

  private static int cut(String word, int end) {
    return Character.isLowSurrogate(word.charAt(end)) ? end - 1 : end;
  }

  /** The empty line that ends a group of fields. */
  Fields endGroup() {
    text.append("\r\n");
    return this;
  }

  byte[] octets() {
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }
}
