/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Writes keys and their table, so that they are whose conf/ is: root may be at the keyboard. */
final class DkimFiles {
  private static final Set<PosixFilePermission> OF_KEY =
      PosixFilePermissions.fromString("rw-------");
  private static final Set<PosixFilePermission> OF_DIRECTORY =
      PosixFilePermissions.fromString("rwx------");
  private static final Set<PosixFilePermission> OF_TABLE =
      PosixFilePermissions.fromString("rw-r--r--");

  private final Path conf;

  DkimFiles(Path conf) {
    this.conf = conf;
  }

  /**
   * Writes a file that is not there yet and that only its owner may read, in a directory of which
   * the same holds when it has to be made.
   *
   * @throws IOException when it exists or cannot be written; nothing of it is left then
   */
  void create(Path file, String text) throws IOException {
    Path directory = file.resolveSibling(".").normalize();
    if (Files.notExists(directory)) {
      Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(OF_DIRECTORY));
      Files.setPosixFilePermissions(directory, OF_DIRECTORY); // whatever the umask took away
      own(directory, conf);
    }
    try {
      write(file, text, OF_KEY);
      own(file, conf);
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (IOException e) {
      Files.deleteIfExists(file); // half a key, on a full disk
      throw e;
    }
  }

  /**
   * Replaces a file, or makes it; a reader sees the old one or the new one. It keeps its owner and
   * its permissions.
   *
   * @throws IOException when it cannot be written; the old one is as it was
   */
  void replace(Path file, String text) throws IOException {
    Path whole = file.resolveSibling("." + file.getFileName() + ".new");
    Files.deleteIfExists(whole);
    boolean exists = Files.exists(file);
    write(whole, text, exists ? Files.getPosixFilePermissions(file) : OF_TABLE);
    own(whole, exists ? file : conf);
    Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static void write(Path file, String text, Set<PosixFilePermission> permissions)
      throws IOException {
    Set<StandardOpenOption> options =
        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try (FileChannel channel =
        FileChannel.open(file, options, PosixFilePermissions.asFileAttribute(OF_KEY))) {
      ByteBuffer octets = StandardCharsets.UTF_8.encode(text);
      while (octets.hasRemaining()) {
        channel.write(octets);
      }
      channel.force(true);
    }
    Files.setPosixFilePermissions(file, permissions);
  }

  /** Gives a file to the owner and the group of another, where they differ. */
  private static void own(Path file, Path as) throws IOException {
    PosixFileAttributes wanted = Files.readAttributes(as, PosixFileAttributes.class);
    PosixFileAttributes now = Files.readAttributes(file, PosixFileAttributes.class);
    PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
    if (!wanted.owner().equals(now.owner())) {
      view.setGroup(wanted.group());
      view.setOwner(wanted.owner());
    }
  }
}
