/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.matchers;

/**
 * A name in lower case in which a * at the begin or the end stands for any characters.
 *
 * @param text without the *
 */
record NamePattern(String text, boolean openBegin, boolean openEnd) {
  /** Empty text is for everyone. */
  static NamePattern parse(String word) {
    boolean begin = word.startsWith("*");
    String rest = begin ? word.substring(1) : word;
    boolean end = rest.endsWith("*");
    return new NamePattern(end ? rest.substring(0, rest.length() - 1) : rest, begin, end);
  }

  boolean isReadable() {
    return text.indexOf('*') < 0;
  }

  boolean matches(String name) {
    if (openBegin) {
      return openEnd ? name.contains(text) : name.endsWith(text);
    }
    return openEnd ? name.startsWith(text) : name.equals(text);
  }
}
