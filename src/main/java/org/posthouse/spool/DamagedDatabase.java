/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The database of a damaged store, opened as far as it can be: as it is and for reading only, or
 * else a view of its files, to which the logs are applied record by record.
 */
final class DamagedDatabase implements AutoCloseable {
  private static final Logger LOGGER = LoggerFactory.getLogger(DamagedDatabase.class);

  private final RocksTables tables;
  private final RocksDB db;
  private final @Nullable Path directory;
  private final String how;
  private final Set<String> files;
  private final Set<SpoolId> gone = new HashSet<>();
  private boolean lacking;
  private final Map<Path, Long> unread = new HashMap<>();

  /**
   * One that is open.
   *
   * @param directory goes with it; null for the store's own
   */
  private DamagedDatabase(RocksTables tables, RocksDB db, @Nullable Path directory, String how) {
    this.tables = tables;
    this.db = db;
    this.directory = directory;
    this.how = how;
    // Before the logs are applied: files that come then might have the names of the store's.
    this.files =
        db.getLiveFilesMetaData().stream()
            .map(file -> file.fileName().substring(file.fileName().lastIndexOf('/') + 1))
            .collect(Collectors.toSet());
  }

  /**
   * Opens what can be opened.
   *
   * @param logs those of the store
   * @param scratch an existing directory for what the logs hold
   */
  static DamagedDatabase open(Path store, StoreLogs logs, Path scratch) throws IOException {
    boolean sound = logs.with(LogFile.Verdict.DAMAGED).isEmpty() && logs.tornManifest() == null;
    DamagedDatabase asItIs = sound ? ifComplete(openAsItIs(store), store) : null;
    return asItIs == null ? openWithoutLogs(store, logs, scratch) : asItIs;
  }

  /** Null when the index names files that are not there: whole tables could not be walked over. */
  private static @Nullable DamagedDatabase ifComplete(@Nullable DamagedDatabase opened, Path store)
      throws IOException {
    if (opened == null
        || opened.files.stream().allMatch(name -> Files.exists(store.resolve(name)))) {
      return opened;
    }
    opened.close();
    return null;
  }

  private static @Nullable DamagedDatabase openAsItIs(Path store) {
    RocksTables tables = RocksTables.ofDamaged();
    try {
      RocksDB db = tables.openReadOnly(store.toString());
      return new DamagedDatabase(tables, db, null, "the index of the store was read");
    } catch (RocksDBException e) {
      LOGGER.debug("{} does not open as it is", store, e);
      tables.close();
      return null;
    }
  }

  /** Over the files as the index knows them, else as an older state of it does, else over none. */
  private static DamagedDatabase openWithoutLogs(Path store, StoreLogs logs, Path scratch)
      throws IOException {
    DamagedDatabase indexed = openCut(store, logs, scratch);
    DamagedDatabase base = ifComplete(indexed, store);
    boolean lacking = indexed != null && base == null;
    if (base == null) {
      base = openOlder(store, logs, scratch);
    }
    if (base == null) {
      base = openEmpty(scratch);
    }
    base.lacking = lacking;
    base.replay(logs);
    return base;
  }

  private void replay(StoreLogs logs) throws IOException {
    LogReplay replay = new LogReplay(db, tables);
    try {
      for (LogFile log : logs.logs()) {
        long skipped = replay.apply(log.file());
        if (log.verdict() == LogFile.Verdict.DAMAGED) {
          unread.put(log.file(), skipped);
        }
      }
    } catch (RocksDBException e) {
      throw new SpoolException("cannot apply the logs: " + e.getMessage(), e);
    }
    gone.addAll(replay.gone());
  }

  private static @Nullable Path manifestOf(Path store, StoreLogs logs) throws IOException {
    return logs.manifest() == null ? StoreLogs.newestManifest(store) : logs.manifest().file();
  }

  /**
   * Before its torn end an index is the one that the store had: nothing found by it is in doubt.
   */
  private static @Nullable DamagedDatabase openCut(Path store, StoreLogs logs, Path scratch)
      throws IOException {
    Path manifest = manifestOf(store, logs);
    LogFile named = logs.manifest();
    if (manifest == null || (named != null && named.verdict() == LogFile.Verdict.DAMAGED)) {
      return null;
    }
    List<LogFile> cut = new ArrayList<>();
    String how = "the index of the store was read";
    if (logs.tornManifest() != null) {
      cut.add(logs.tornManifest());
      how = "the index was read up to its torn end";
    } else if (named == null) {
      how = "the index was found without CURRENT, which names it";
    }
    CutView view = CutView.withoutLogs(store, manifest, cut, scratch);
    return open(view.directory(), RocksTables.ofDamaged(), how);
  }

  private static @Nullable DamagedDatabase openOlder(Path store, StoreLogs logs, Path scratch)
      throws IOException {
    Path manifest = manifestOf(store, logs);
    if (manifest == null) {
      return null;
    }
    CutView view = CutView.withoutLogs(store, manifest, List.of(), scratch);
    return open(
        view.directory(),
        RocksTables.ofIncomplete(),
        "the index of the store is damaged, or names files that are missing: an older state of it"
            + " was used");
  }

  private static DamagedDatabase openEmpty(Path scratch) throws IOException {
    DamagedDatabase empty =
        open(
            Files.createTempDirectory(scratch, ".rescue"),
            RocksTables.ofNothing(),
            "the index of the store is lost: single files were read");
    if (empty == null) {
      throw new IOException("no store can be made in " + scratch);
    }
    return empty;
  }

  /** Null when it does not open; its directory is gone then. */
  private static @Nullable DamagedDatabase open(Path directory, RocksTables tables, String how)
      throws IOException {
    try {
      return new DamagedDatabase(tables, tables.open(directory.toString()), directory, how);
    } catch (RocksDBException e) {
      LOGGER.debug("{} does not open", directory, e);
      tables.close();
      StoreFiles.deleteAll(directory);
      return null;
    }
  }

  /** Octets of damaged logs that cannot be read. */
  long unread() {
    return unread.values().stream().mapToLong(Long::longValue).sum();
  }

  /** A damaged log, or the index, with the octets of it that could not be read here. */
  LogFile asRead(LogFile damaged) {
    return damaged.withUnreadable(unread.getOrDefault(damaged.file(), damaged.unreadable()));
  }

  /** How it was opened, for a person. */
  String how() {
    return how;
  }

  /** Whether the index names files that are not there: what was only in them is not known. */
  boolean isLacking() {
    return lacking;
  }

  /** Names of the sorted files that the index knows. */
  Set<String> files() {
    return files;
  }

  /** Whether the logs say that an entry was removed: a file that has it is older. */
  boolean isGone(SpoolId id) {
    return gone.contains(id);
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
    if (directory != null) {
      StoreFiles.deleteAll(directory);
    }
  }
}
