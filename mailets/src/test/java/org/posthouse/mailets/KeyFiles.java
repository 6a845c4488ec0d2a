/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Files of keys, for the owner's eyes only, as mailets demand. */
final class KeyFiles {
  private KeyFiles() {}

  static void write(Path file, String pem) throws IOException {
    Files.writeString(file, pem);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }
}
