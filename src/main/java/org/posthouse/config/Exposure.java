/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;

/** Whether a file that holds a secret is open to every user of the machine. */
public final class Exposure {
  private Exposure() {}

  /** What to say of it; empty when others cannot read it. */
  public static Optional<String> of(Path file) {
    try {
      return Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ)
          ? Optional.of(file + " can be read by everybody: chmod 600 " + file)
          : Optional.empty();
    } catch (IOException | UnsupportedOperationException e) {
      return Optional.empty(); // it is told elsewhere that it cannot be read
    }
  }
}
