/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.container;

import org.posthouse.config.Lines;

/**
 * Where something stands in mailetcontainer.xml. Its line is looked up when the place is put into
 * words, which is when something is wrong there.
 *
 * @param path in the file, as {@link org.posthouse.config.XmlElement#find} takes it
 * @param words for a person
 */
record Place(Lines lines, String path, String words) {
  @Override
  public String toString() {
    return lines.prefix(path) + words;
  }
}
