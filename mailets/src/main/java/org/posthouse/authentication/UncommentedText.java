/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.authentication;

/** The begin of a field's value as one reads it who knows comments and quoted strings. */
final class UncommentedText {
  private UncommentedText() {}

  /** What stands before the first =, without comments; quoted strings stay. */
  static String beforeResults(String value) {
    StringBuilder text = new StringBuilder();
    int depth = 0;
    boolean quoted = false;
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      boolean escapes = c == '\\' && (quoted || depth > 0) && i + 1 < value.length();
      if (escapes) {
        i++;
      }
      if (depth > 0) {
        depth += escapes ? 0 : c == '(' ? 1 : c == ')' ? -1 : 0;
      } else if (!quoted && c == '(') {
        depth = 1;
        text.append(' ');
      } else if (!quoted && c == '=') {
        return text.toString();
      } else {
        quoted ^= c == '"';
        text.append(escapes ? value.charAt(i) : c);
      }
    }
    return text.toString();
  }
}
