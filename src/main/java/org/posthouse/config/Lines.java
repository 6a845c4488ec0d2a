/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.config;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * In which line of a file an element stands. The file is read at the first question only, which is
 * asked when something is wrong.
 */
public final class Lines {
  private final Supplier<Optional<XmlElement>> read;
  private Optional<XmlElement> root = Optional.empty();
  private boolean known;

  /** Lines of a file, which need not exist. */
  public Lines(Path file) {
    this(() -> XmlElement.read(file));
  }

  private Lines(Supplier<Optional<XmlElement>> read) {
    this.read = read;
  }

  /** For a configuration that comes from no file: every line is unknown. */
  public static Lines unknown() {
    return new Lines(Optional::empty);
  }

  /**
   * The line, from 1, of the element at a path as {@link XmlElement#find} takes it; 0 when unknown.
   */
  public synchronized int of(String path) {
    if (!known) {
      root = read.get();
      known = true;
    }
    return root.map(element -> element.find(path).line()).orElse(0);
  }

  /** {@code "line 7, "}, or nothing when the line is unknown. */
  public String prefix(String path) {
    int line = of(path);
    return line == 0 ? "" : "line " + line + ", ";
  }
}
