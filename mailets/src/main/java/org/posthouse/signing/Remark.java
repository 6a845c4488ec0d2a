/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.signing;

/**
 * Something wrong with a table of keys.
 *
 * @param file its name
 * @param line from 1; 0 when it is the file itself
 * @param element what it is said of, as in {@code <key selector="a">}; empty for the file
 */
public record Remark(String file, int line, String element, String text) {
  /** In one line, with the file and the line in front. */
  @Override
  public String toString() {
    String where = line == 0 ? file : file + ":" + line;
    return where + ": " + (element.isEmpty() ? "" : element + ": ") + text;
  }
}
