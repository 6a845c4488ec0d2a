/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Whose a directory is: what root writes there, the user that runs the server cannot read. */
public final class Owner {
  private static final String ROOT = "root";

  private Owner() {}

  /**
   * Why this user should not write in a directory, in words; empty when it may, or when there is no
   * such directory.
   */
  public static Optional<String> refusal(Path directory) {
    String user = user();
    try {
      if (!Files.isDirectory(directory)) {
        return Optional.empty();
      }
      String owner = Files.getOwner(directory).getName();
      if (user.equals(ROOT) && !owner.equals(ROOT)) {
        return Optional.of(
            directory
                + " is of user '"
                + owner
                + "', who could not read what root makes there: run"
                + " this as '"
                + owner
                + "' (runuser -u "
                + owner
                + " -- ...)");
      }
      return Files.isWritable(directory)
          ? Optional.empty()
          : Optional.of(
              "permission denied for user '"
                  + user
                  + "': "
                  + directory
                  + " is of user '"
                  + owner
                  + "'");
    } catch (IOException e) {
      return Optional.of(FileFailure.text(e));
    }
  }

  /**
   * The first file of a directory that this user may not read and write, in words, with what
   * changes that.
   */
  public static Optional<String> foreign(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .sorted()
          .filter(file -> !(Files.isReadable(file) && Files.isWritable(file)))
          .findFirst()
          .map(
              file ->
                  file + " is of user '" + of(file) + "': chown -R " + user() + " " + directory);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static String of(Path file) {
    try {
      return Files.getOwner(file).getName();
    } catch (IOException e) {
      return "?";
    }
  }

  private static String user() {
    return System.getProperty("user.name", "");
  }
}
