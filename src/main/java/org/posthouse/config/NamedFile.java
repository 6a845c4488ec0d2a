/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A file that a setting names and that the server will read. */
public final class NamedFile {
  private NamedFile() {}

  /** Why the file cannot be read; empty when it can. */
  public static Optional<String> problem(Path file) {
    if (Files.notExists(file)) {
      return Optional.of(file + " does not exist");
    }
    if (Files.isDirectory(file)) {
      return Optional.of(file + " is a directory");
    }
    return Files.isReadable(file)
        ? Optional.empty()
        : Optional.of(
            file
                + " cannot be read: permission denied for user '"
                + System.getProperty("user.name")
                + "'");
  }
}
