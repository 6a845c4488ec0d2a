/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spool;

import java.util.ArrayList;
import java.util.List;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.CompactRangeOptions;
import org.rocksdb.CompactRangeOptions.BottommostLevelCompaction;
import org.rocksdb.FlushOptions;
import org.rocksdb.MutableColumnFamilyOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/**
 * Logs and blob files of what was removed. A flush of all tables lets the logs go; a compaction of
 * the bodies lets blob files go that hold nothing else, and moves what is alive out of the oldest
 * ones as far as the free space allows.
 */
final class Leftovers {
  private static final String BLOBS = "rocksdb.live-blob-file-size";
  private static final String GARBAGE = "rocksdb.live-blob-file-garbage-size";

  /** Less garbage than one part in this many is not worth moving what is alive. */
  private static final int WORTH_MOVING = 8;

  /** For the files' own records. */
  private static final long MARGIN = 256L << 10;

  private final Database database;
  private final long free;

  /**
   * As long as the database is open.
   *
   * @param free octets of the file system
   */
  Leftovers(Database database, long free) {
    this.database = database;
    this.free = free;
  }

  /**
   * Removes what can be removed.
   *
   * @return whether trying again may remove more
   * @throws SpoolException when the database failed to write, or is about to be closed
   */
  boolean remove() {
    try {
      if (!flushFits()) {
        return true;
      }
      flush();
      compact(cutoff());
      return cutoff() > 0;
    } catch (RocksDBException e) {
      throw new SpoolException("cannot make room: " + e.getMessage(), e);
    }
  }

  /** A flush that meets a full disk would stop every write, so it begins only if it will fit. */
  private boolean flushFits() throws RocksDBException {
    long most = free - MARGIN;
    long inMemory = database.db().getAggregatedLongProperty("rocksdb.cur-size-all-mem-tables");
    return inMemory <= most || aliveIsBelow(most / 2);
  }

  /** Half is for headers and other records, which are rarely larger than the body. */
  private boolean aliveIsBelow(long most) throws RocksDBException {
    long alive = 0;
    try (RocksIterator references =
        database.db().newIterator(database.tables().handle(Table.REFERENCE))) {
      references.seekToFirst();
      while (references.isValid() && alive <= most) {
        alive += Records.size(references.value());
        references.next();
      }
      references.status();
    }
    return alive <= most;
  }

  private void flush() throws RocksDBException {
    List<ColumnFamilyHandle> all = new ArrayList<>();
    for (Table table : Table.values()) {
      all.add(database.tables().handle(table));
    }
    try (FlushOptions options = new FlushOptions().setWaitForFlush(true)) {
      database.db().flush(options, all);
    }
  }

  /** What part of the blob files, the oldest ones, may be emptied with half of the free space. */
  private double cutoff() throws RocksDBException {
    ColumnFamilyHandle bodies = database.tables().handle(Table.BODY);
    double blobs = database.db().getLongProperty(bodies, BLOBS);
    double garbage = database.db().getLongProperty(bodies, GARBAGE);
    long files = database.db().getLongProperty(bodies, "rocksdb.num-blob-files");
    double mayMove = (free - MARGIN) / 2.0;
    double part = blobs - garbage <= mayMove ? 1 : Math.min(1, mayMove / blobs);
    return part * files < 1 || garbage * WORTH_MOVING < blobs ? 0 : part;
  }

  private void compact(double cutoff) throws RocksDBException {
    ColumnFamilyHandle bodies = database.tables().handle(Table.BODY);
    moveOldest(bodies, cutoff);
    try (CompactRangeOptions options =
        new CompactRangeOptions()
            .setExclusiveManualCompaction(false)
            .setBottommostLevelCompaction(BottommostLevelCompaction.kForce)) {
      database.db().compactRange(bodies, null, null, options);
    } finally {
      moveOldest(bodies, RocksTables.BLOB_AGE_CUTOFF);
    }
  }

  private void moveOldest(ColumnFamilyHandle bodies, double cutoff) throws RocksDBException {
    database
        .db()
        .setOptions(
            bodies,
            MutableColumnFamilyOptions.builder().setBlobGarbageCollectionAgeCutoff(cutoff).build());
  }
}
