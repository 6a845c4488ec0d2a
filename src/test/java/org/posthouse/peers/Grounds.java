/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.posthouse.faults.Tools;

/**
 * What a peer stands on, inside the namespaces of {@link org.posthouse.acceptance.PrivateNetwork}:
 * addresses, directories, users. All of it ends with them.
 */
final class Grounds {
  /** Peers drop their privileges, and the directories that JUnit makes are for root only. */
  private static final Path ROOT = Path.of("/mnt");

  private Grounds() {}

  /** Gives this side of the cable one more address. */
  static void addAddress(String address) throws IOException {
    boolean v6 = address.contains(":");
    List<String> end = v6 ? List.of("dev", "world", "nodad") : List.of("dev", "world");
    List<String> command =
        new ArrayList<>(List.of("ip", "address", "add", address + (v6 ? "/64" : "/24")));
    command.addAll(end);
    run(command);
  }

  /** A directory in memory that everybody may enter. */
  static Path directory(String name) throws IOException {
    if (!Files.exists(ROOT.resolve(".posthouse"))) {
      run(List.of("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", ROOT.toString()));
      Files.createFile(ROOT.resolve(".posthouse"));
    }
    Path directory = Files.createDirectory(ROOT.resolve(name));
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    return directory;
  }

  /**
   * The same program in a place that everybody may enter; it needs what is beside its directory.
   */
  static Path openly(Path program) throws IOException {
    Path tree = Objects.requireNonNull(program.getParent()).resolveSibling(".").normalize();
    Path place = directory("programs");
    run(List.of("mount", "--bind", tree.toString(), place.toString()));
    return place.resolve(tree.relativize(program));
  }

  /** Makes a user known that the package of a peer would have made. */
  static void addUser(String name, int id) throws IOException {
    append("/etc/passwd", name + ":x:" + id + ":" + id + "::/nonexistent:/usr/sbin/nologin\n");
    append("/etc/group", name + ":x:" + id + ":\n");
  }

  /** To a copy that is laid over the file. */
  private static void append(String file, String line) throws IOException {
    Path copy = directory("etc" + file.replace('/', '-')).resolve("copy");
    Files.copy(Path.of(file), copy, StandardCopyOption.REPLACE_EXISTING);
    Files.writeString(copy, line, StandardOpenOption.APPEND);
    run(List.of("mount", "--bind", copy.toString(), file));
  }

  static void run(List<String> command) throws IOException {
    if (Tools.run(command) != 0) {
      throw new IOException("failed: " + command);
    }
  }
}
