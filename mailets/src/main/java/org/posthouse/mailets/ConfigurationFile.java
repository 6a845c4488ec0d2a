/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import java.io.File;
import java.io.FileNotFoundException;
import java.nio.file.Path;
import org.apache.james.filesystem.api.FileSystem;

/** Where a file is that a parameter names. */
final class ConfigurationFile {
  private ConfigurationFile() {}

  /**
   * Finds the place; whether a file is there is not looked at.
   *
   * @param text a {@code file://} URL as elsewhere in James, an absolute path, or a path under
   *     {@code conf}
   * @throws FileNotFoundException when James does not know the URL
   */
  static Path locate(FileSystem fileSystem, String text) throws FileNotFoundException {
    if (text.contains("://")) {
      return fileSystem.getFile(text).toPath();
    }
    return new File(text).isAbsolute()
        ? Path.of(text)
        : fileSystem.getFile("file://conf/" + text).toPath();
  }
}
