/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spf;

/** What others wrote, made fit for logs and header fields. */
final class VisibleText {
  private VisibleText() {}

  /** The first characters; what is not visible ASCII or a space is a question mark. */
  static String of(String text, int longest) {
    StringBuilder visible = new StringBuilder();
    for (int each = 0; each < Math.min(longest, text.length()); each++) {
      char c = text.charAt(each);
      visible.append(isVisible(c) ? c : '?');
    }
    return visible.toString();
  }

  static boolean isVisible(int c) {
    return c >= ' ' && c < 0x7F;
  }
}
