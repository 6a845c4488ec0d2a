/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.posthouse.config.Exposure;

/**
 * The file of users on disk: read whole, replaced whole.
 *
 * <p>A change happens under a lock that other processes respect, and by rename, so that a reader
 * sees the old file or the new one, and so does a reader after a crash.
 */
public final class UserFile {
  private final Path path;

  /**
   * A file that need not be there yet.
   *
   * @param path of the file; its directory must exist when it is written
   */
  public UserFile(Path path) {
    this.path = path.toAbsolutePath().normalize();
  }

  public Path path() {
    return path;
  }

  /**
   * The users of the file; none when there is no file.
   *
   * @throws IOException when the file is there and cannot be read
   */
  public UserTable read() throws IOException {
    List<String> lines;
    List<FileProblem> problems = new ArrayList<>();
    try {
      lines = lines(Files.readAllBytes(path));
      Exposure.of(path).ifPresent(text -> problems.add(new FileProblem(0, text)));
    } catch (NoSuchFileException e) {
      return UserTable.EMPTY;
    }
    UserTable table = UserFileFormat.parse(lines);
    problems.addAll(table.problems());
    return table.withProblems(problems);
  }

  /** What a change makes of the lines and users that it finds. */
  @FunctionalInterface
  interface Change {
    List<String> apply(List<String> lines, UserTable users);
  }

  /**
   * Reads, changes and replaces the file, alone among all processes; waits for the others.
   *
   * @throws IOException when the file could not be replaced; it is then unchanged
   */
  void change(Change change) throws IOException {
    try (UserFileLock lock = UserFileLock.acquire(path)) {
      List<String> lines = UserFileFormat.NEW_FILE;
      if (Files.exists(path)) {
        lines = lines(Files.readAllBytes(path));
      }
      List<String> changed =
          UserFileFormat.headed(change.apply(lines, UserFileFormat.parse(lines)));
      lock.replaceFile((String.join("\n", changed) + "\n").getBytes(StandardCharsets.ISO_8859_1));
    }
  }

  private static List<String> lines(byte[] octets) {
    return new String(octets, StandardCharsets.ISO_8859_1).lines().toList();
  }
}
