/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/**
 * The database of a damaged store, opened as far as it can be: as it is and for reading only, or
 * else a copy of it that may go back to an older state.
 */
final class DamagedDatabase implements AutoCloseable {
  private final RocksTables tables;
  private final RocksDB db;
  private final @Nullable Path copy;
  private final long unread;
  private final String how;

  private DamagedDatabase(
      RocksTables tables, RocksDB db, @Nullable Path copy, long unread, String how) {
    this.unread = unread;
    this.tables = tables;
    this.db = db;
    this.copy = copy;
    this.how = how;
  }

  /**
   * Opens what can be opened.
   *
   * @param logs those of the store
   * @param scratch an existing directory for the copy
   * @return null when even an older state cannot be opened
   */
  static @Nullable DamagedDatabase open(Path store, StoreLogs logs, Path scratch)
      throws IOException {
    try {
      return openShown(store, null, 0, "the index of the store was read");
    } catch (RocksDBException e) {
      String why = String.valueOf(e.getMessage());
      DamagedDatabase cut = openCut(store, logs);
      return cut == null ? openCopy(store, logs, scratch, why) : cut;
    }
  }

  private static String how(long behind, StoreLogs logs) {
    if (behind > 0) {
      return "the logs were read up to where they are damaged";
    }
    return logs.tornManifest() != null
        ? "the index was read up to its torn end"
        : "the index was found without CURRENT, which names it";
  }

  private static boolean isDamaged(@Nullable LogFile file) {
    return file != null && file.verdict() == LogFile.Verdict.DAMAGED;
  }

  private static DamagedDatabase openShown(
      Path shown, @Nullable Path temporary, long unread, String how) throws RocksDBException {
    RocksTables tables = RocksTables.ofDamaged();
    try {
      return new DamagedDatabase(
          tables, tables.openReadOnly(shown.toString()), temporary, unread, how);
    } catch (RocksDBException e) {
      tables.close();
      throw e;
    }
  }

  /**
   * Before its torn end an index is the one that the store had, and a log is good up to where it is
   * damaged: nothing found by them is in doubt.
   */
  private static @Nullable DamagedDatabase openCut(Path store, StoreLogs logs) throws IOException {
    Path manifest =
        logs.manifest() == null ? StoreLogs.newestManifest(store) : logs.manifest().file();
    if (manifest == null || isDamaged(logs.manifest())) {
      return null;
    }
    List<LogFile> cut = new ArrayList<>(logs.with(LogFile.Verdict.DAMAGED));
    long behind = cut.stream().mapToLong(log -> log.size() - log.offset()).sum();
    if (logs.tornManifest() != null) {
      cut.add(logs.tornManifest());
    }
    CutView view = CutView.of(store, manifest, cut);
    try {
      return openShown(view.directory(), view.directory(), behind, how(behind, logs));
    } catch (RocksDBException e) {
      view.close();
      return null;
    }
  }

  /** An older state has nothing of the logs. */
  private static @Nullable DamagedDatabase openCopy(
      Path store, StoreLogs logs, Path scratch, String why) throws IOException {
    Path copy = Files.createTempDirectory(scratch, ".rescue");
    StoreFiles.copy(store, copy);
    RocksTables tables = RocksTables.ofIncomplete();
    try {
      return new DamagedDatabase(
          tables,
          tables.open(copy.toString()),
          copy,
          logs.logs().stream().mapToLong(LogFile::size).sum(),
          "the store did not open ("
              + why
              + "): an older state of its index was used, and nothing of"
              + " its logs");
    } catch (RocksDBException e) {
      tables.close();
      StoreFiles.deleteAll(copy);
      return null;
    }
  }

  /** Octets of logs that this state knows nothing of, though they may hold mail. */
  long unread() {
    return unread;
  }

  /** How it was opened, for a person. */
  String how() {
    return how;
  }

  /** Names of the sorted files that the index knows. */
  Set<String> files() {
    return db.getLiveFilesMetaData().stream()
        .map(file -> file.fileName().substring(file.fileName().lastIndexOf('/') + 1))
        .collect(Collectors.toSet());
  }

  byte @Nullable [] get(Table table, byte[] key) throws RocksDBException {
    return db.get(tables.handle(table), key);
  }

  int eachKey(Table table, java.util.function.Consumer<byte[]> keys) {
    try (ReadOptions options = new ReadOptions();
        RocksIterator iterator = db.newIterator(tables.handle(table), options)) {
      return new SkippingWalk(iterator, iterator::key).each(keys);
    }
  }

  @Override
  public void close() throws IOException {
    tables.closeHandles();
    db.close();
    tables.close();
    if (copy != null) {
      StoreFiles.deleteAll(copy);
    }
  }
}
