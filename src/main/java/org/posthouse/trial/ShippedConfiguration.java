/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.trial;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.posthouse.config.Home;

/**
 * The files of {@code conf/} as they were when this was built. The server's jar carries them, for
 * an administrator edits those in {@code conf/}, and puts keys and users beside them.
 */
final class ShippedConfiguration {
  private ShippedConfiguration() {}

  /** Writes all of them into a directory, which is made. */
  static void writeTo(Path directory) throws IOException {
    Files.createDirectories(directory);
    for (String name : Home.CONFIGURATION) {
      try (InputStream file = ShippedConfiguration.class.getResourceAsStream("conf/" + name)) {
        if (file == null) {
          throw new FileNotFoundException("the jar of the server lacks conf/" + name);
        }
        Files.copy(file, directory.resolve(name));
      }
    }
  }
}
