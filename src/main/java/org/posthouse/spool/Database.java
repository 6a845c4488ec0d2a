/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spool;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/**
 * The native database of a store, open for writing. Whoever holds it sees to it that nobody uses it
 * while or after it is closed.
 */
record Database(RocksDB db, RocksTables tables) {
  /**
   * Opens it, creates it when there is none, mends what a loss of power left.
   *
   * @throws SpoolException.InUse when another process has it open
   * @throws SpoolException.Unreadable when it is damaged or cannot be read
   */
  static Database open(Path directory) {
    return open(directory, new RocksTables());
  }

  /** As above, without merging files. */
  static Database openWithoutCompaction(Path directory) {
    return open(directory, RocksTables.withoutCompaction());
  }

  private static Database open(Path directory, RocksTables tables) {
    try {
      Files.createDirectories(directory);
      StoreFiles.requireCurrent(directory);
      return new Database(openMending(tables, directory), tables);
    } catch (RocksDBException e) {
      tables.close();
      throw explain(directory, e);
    } catch (AccessDeniedException e) {
      tables.close();
      throw new SpoolException.Denied(directory, e);
    } catch (IOException e) {
      tables.close();
      throw new SpoolException.Unreadable("cannot open the store " + directory + ": " + e, e);
    } catch (RuntimeException e) {
      tables.close();
      throw e;
    }
  }

  private static RocksDB openMending(RocksTables tables, Path directory)
      throws RocksDBException, IOException {
    try {
      return tables.open(directory.toString());
    } catch (RocksDBException e) {
      if (!isCorruption(e)) {
        throw e;
      }
      TornStore.mend(directory);
      return tables.upToTheFirstGap().open(directory.toString());
    }
  }

  static boolean isCorruption(RocksDBException e) {
    return e.getStatus() != null && e.getStatus().getCode() == Status.Code.Corruption;
  }

  private static SpoolException explain(Path directory, RocksDBException e) {
    String message = String.valueOf(e.getMessage());
    if (message.contains("No space left on device")) {
      return new SpoolException.Full("the store " + directory + " does not open: " + message);
    }
    if (message.contains("Permission denied")) {
      return new SpoolException.Denied(directory, e);
    }
    if (isHeldByAnother(message)) {
      return new SpoolException.InUse(
          "the store " + directory + " is in use by another process", e);
    }
    return new SpoolException.Unreadable(
        "the store "
            + directory
            + " cannot be opened: "
            + message
            + " (see `posthouse queue rescue --help`)",
        e);
  }

  /** RocksDB has no code of its own for this; "block checksum mismatch" is not it. */
  private static boolean isHeldByAnother(String message) {
    return message.contains("While lock file:") || message.contains("lock hold by current process");
  }

  /**
   * Whether there is something that stands in no file but the logs. After a full disk RocksDB may
   * have written everything to files by itself, and then counts on from the last of these.
   */
  boolean needsLogs() {
    try {
      for (Table table : Table.values()) {
        for (String memory : List.of("active-mem-table", "imm-mem-tables")) {
          if (db.getLongProperty(tables.handle(table), "rocksdb.num-entries-" + memory) > 0) {
            return true;
          }
        }
      }
      return false;
    } catch (RocksDBException e) {
      return true;
    }
  }

  /**
   * What is wrong with the files of bodies, for a person; empty when nothing is. RocksDB looks at
   * them when a body is read, and not before.
   */
  Optional<String> missingBodies(Path directory) throws IOException {
    try {
      long known = sizeOfBodies();
      long found = sizeOfFiles(directory);
      // A merge that ends meanwhile changes both.
      return found < known && known == sizeOfBodies()
          ? Optional.of("the .blob files have " + found + " of " + known + " octets")
          : Optional.empty();
    } catch (RocksDBException e) {
      throw SpoolException.reading("cannot look at the files of bodies", e);
    }
  }

  private long sizeOfBodies() throws RocksDBException {
    return db.getLongProperty(tables.handle(Table.BODY), "rocksdb.live-blob-file-size");
  }

  private static long sizeOfFiles(Path directory) throws IOException {
    long size = 0;
    for (Path file : StoreFiles.list(directory)) {
      try {
        size += file.toString().endsWith(".blob") ? Files.size(file) : 0;
      } catch (NoSuchFileException e) {
        // RocksDB has just deleted one that nobody needs.
      }
    }
    return size;
  }

  /**
   * Closes it; all native iterators were freed before.
   *
   * @throws RocksDBException when it is closed, but not cleanly
   */
  void close() throws RocksDBException {
    try {
      tables.closeHandles();
      db.closeE();
    } finally {
      tables.close();
    }
  }
}
