/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dsn;

/** Plain text of narrow lines. */
final class Prose {
  private static final int WIDTH = 72;

  private final StringBuilder text = new StringBuilder();

  /** A paragraph, or a line of one's own, wrapped at white space. */
  Prose add(int indent, String paragraph) {
    int column = 0;
    for (String word : Characters.oneLine(paragraph).split(" ", -1)) {
      if (column == 0 || column + 1 + word.length() > WIDTH) {
        text.append(column == 0 ? "" : "\r\n").append(" ".repeat(indent)).append(word);
        column = indent + word.length();
      } else {
        text.append(' ').append(word);
        column += 1 + word.length();
      }
    }
    text.append("\r\n");
    return this;
  }

  Prose emptyLine() {
    text.append("\r\n");
    return this;
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
