/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spool;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The directory of a store as files: what may be done with it while it is closed. */
public final class StoreFiles {
  private StoreFiles() {}

  /**
   * Makes sure that a directory holds a store.
   *
   * @throws SpoolException.Denied when this user cannot even look
   * @throws SpoolException.Missing when it holds none
   */
  public static void requireStore(Path directory) {
    boolean hidden = !Files.exists(directory) && !Files.notExists(directory);
    boolean closed =
        Files.isDirectory(directory)
            && !(Files.isReadable(directory) && Files.isExecutable(directory));
    if (hidden || closed) {
      throw new SpoolException.Denied(directory);
    }
    if (!isStore(directory)) {
      throw new SpoolException.Missing("there is no store in " + directory);
    }
  }

  /**
   * Makes sure that a directory with mail in it is not taken for a new store: RocksDB would make
   * one there, and delete as obsolete every file that the new index does not name.
   *
   * @throws SpoolException.Unreadable when CURRENT is missing beside files that hold something
   */
  static void requireCurrent(Path directory) throws IOException {
    if (Files.exists(directory.resolve("CURRENT"))) {
      return;
    }
    for (Path file : list(directory)) {
      if (holdsRecords(file)) {
        throw new SpoolException.Unreadable(
            "the store "
                + directory
                + " has lost its file CURRENT, but not "
                + file.getFileName()
                + "; see `posthouse queue rescue --help`");
      }
    }
  }

  /** A start that was killed while it made the store leaves an index and an empty log at most. */
  private static boolean holdsRecords(Path file) throws IOException {
    String name = file.getFileName().toString();
    return name.endsWith(".sst")
        || name.endsWith(".blob")
        || (name.endsWith(".log") && Files.size(file) > 0);
  }

  /** Whether a directory holds files of a store, damaged ones included. */
  public static boolean isStore(Path directory) {
    if (!Files.isDirectory(directory)) {
      return false;
    }
    try {
      return list(directory).stream().anyMatch(StoreFiles::belongsToStore);
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean belongsToStore(Path file) {
    String name = file.getFileName().toString();
    try {
      return name.equals("CURRENT") || name.startsWith("MANIFEST-") || holdsRecords(file);
    } catch (IOException e) {
      return false;
    }
  }

  /** The files of a directory in order of name. */
  static List<Path> list(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.sorted().toList();
    }
  }

  /**
   * Takes the lock that a process holds while it has the store open. The caller closes it.
   *
   * @throws SpoolException.InUse when another process has it
   */
  public static Closeable lock(Path store) throws IOException {
    FileChannel channel =
        FileChannel.open(
            store.resolve("LOCK"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock lock = channel.tryLock();
    if (lock == null) {
      channel.close();
      throw new SpoolException.InUse(
          "the store " + store + " is in use by another process", new IOException("locked"));
    }
    return channel;
  }

  /**
   * Makes sure that no other process has a store open; creates nothing.
   *
   * @throws SpoolException.InUse when one has
   */
  public static void requireUnused(Path store) throws IOException {
    if (Files.exists(store.resolve("LOCK"))) {
      lock(store).close();
    }
  }

  /**
   * Writes a consistent copy of an open store, hard links where the file system allows it. Only the
   * owner can enter it, from its first moment on.
   *
   * @param target does not exist yet; its parent does
   */
  public static void backup(Spool spool, Path target) throws IOException {
    Path parent = target.toAbsolutePath().resolveSibling(".");
    Path nest = Files.createTempDirectory(parent, ".backup");
    try {
      Path copy = nest.resolve("store");
      spool.checkpoint(copy);
      Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rwx------"));
      Files.move(copy, target);
    } finally {
      deleteAll(nest);
    }
    sync(parent);
  }

  /** Copies a closed store, octet by octet, and syncs the copy. */
  public static void copy(Path source, Path target) throws IOException {
    for (Path file : list(source)) {
      if (Files.isRegularFile(file) && !file.endsWith("LOCK")) {
        Path copy = target.resolve(file.getFileName().toString());
        Files.copy(file, copy);
        sync(copy);
      }
    }
    sync(target);
  }

  /** Makes a file, or the names in a directory, durable. */
  public static void sync(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Deletes a directory with all that is in it. */
  public static void deleteAll(Path directory) throws IOException {
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
              throws IOException {
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
