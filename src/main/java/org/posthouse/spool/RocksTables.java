/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spool;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.DataBlockIndexType;
import org.rocksdb.LRUCache;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WALRecoveryMode;

/**
 * The options under which the store is opened, and its column families, one per {@link Table}.
 *
 * <p>Sizes are chosen for a queue: most records live for a second, so a write buffer that is large
 * against the mail of a second lets them die before they are ever written to a file. Bodies go to
 * blob files, where compaction moves keys but not octets.
 */
final class RocksTables implements AutoCloseable {
  private static final long SMALL_BUFFER = 16L << 20;
  private static final long BODY_BUFFER = 64L << 20;
  private static final long BLOB_FILE = 64L << 20;
  private static final long WAL_LIMIT = 512L << 20;
  private static final long BLOCK_CACHE = 32L << 20;
  private static final long SMALLEST_BLOB = 1024;

  /** What part of the blob files, the oldest ones, a compaction empties. */
  static final double BLOB_AGE_CUTOFF = 0.5;

  private final Cache blockCache = new LRUCache(BLOCK_CACHE);
  private final BloomFilter bloom = new BloomFilter(10);
  private final DBOptions dbOptions = newDbOptions();
  private final List<ColumnFamilyOptions> familyOptions = new ArrayList<>();
  private final Map<Table, ColumnFamilyHandle> handles = new EnumMap<>(Table.class);
  private final boolean compacts;

  RocksTables() {
    this(true);
  }

  /** Options that leave the files as they are: one that is damaged must not be merged. */
  static RocksTables withoutCompaction() {
    return new RocksTables(false);
  }

  private RocksTables(boolean compacts) {
    this.compacts = compacts;
  }

  /**
   * Options that open what is left of a damaged store: broken records of the log are skipped, files
   * that are missing are found missing only when they are read, and nothing is rewritten.
   */
  static RocksTables ofDamaged() {
    RocksTables tables = new RocksTables(false);
    tables
        .dbOptions
        .setCreateIfMissing(false)
        .setParanoidChecks(false)
        .setWalRecoveryMode(WALRecoveryMode.SkipAnyCorruptedRecords);
    return tables;
  }

  /** As {@link #ofDamaged}, and goes back to the last state whose files are all there. */
  static RocksTables ofIncomplete() {
    RocksTables tables = ofDamaged();
    tables.dbOptions.setBestEffortsRecovery(true);
    return tables;
  }

  /** As {@link #ofDamaged}, for a new store. */
  static RocksTables ofNothing() {
    RocksTables tables = ofDamaged();
    tables.dbOptions.setCreateIfMissing(true);
    return tables;
  }

  /**
   * Replays the logs up to the first record that is bad, over all of them; only for logs that were
   * scanned and found torn, not damaged.
   */
  RocksTables upToTheFirstGap() {
    dbOptions.setWalRecoveryMode(WALRecoveryMode.PointInTimeRecovery);
    return this;
  }

  /** Keeps every sorted file open, so that a running server may delete it meanwhile. */
  RocksTables holdingFiles() {
    dbOptions.setMaxOpenFiles(-1);
    return this;
  }

  /** Opens the store in a directory; the caller closes the database before these options. */
  RocksDB open(String directory) throws RocksDBException {
    List<ColumnFamilyHandle> opened = new ArrayList<>();
    RocksDB db = RocksDB.open(dbOptions, directory, descriptors(), opened);
    remember(opened);
    return db;
  }

  /** Opens for reading only: needs no lock, so it works beside a running server. */
  RocksDB openReadOnly(String directory) throws RocksDBException {
    List<ColumnFamilyHandle> opened = new ArrayList<>();
    RocksDB db = RocksDB.openReadOnly(dbOptions, directory, descriptors(), opened);
    remember(opened);
    return db;
  }

  ColumnFamilyHandle handle(Table table) {
    ColumnFamilyHandle handle = handles.get(table);
    if (handle == null) {
      throw new IllegalStateException("the store is not open");
    }
    return handle;
  }

  private void remember(List<ColumnFamilyHandle> opened) {
    int index = 0;
    for (Table table : Table.values()) {
      handles.put(table, opened.get(index++));
    }
  }

  private List<ColumnFamilyDescriptor> descriptors() {
    List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
    for (Table table : Table.values()) {
      ColumnFamilyOptions options = optionsOf(table);
      familyOptions.add(options);
      descriptors.add(new ColumnFamilyDescriptor(nameOf(table), options));
    }
    return descriptors;
  }

  /** META lives in the family that every RocksDB has. */
  static byte[] nameOf(Table table) {
    return table == Table.META
        ? RocksDB.DEFAULT_COLUMN_FAMILY
        : table.name().toLowerCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII);
  }

  private ColumnFamilyOptions optionsOf(Table table) {
    ColumnFamilyOptions options =
        new ColumnFamilyOptions()
            .setWriteBufferSize(table.holdsLargeValues() ? BODY_BUFFER : SMALL_BUFFER)
            .setMaxWriteBufferNumber(3)
            .setDisableAutoCompactions(!compacts)
            .setCompressionType(CompressionType.NO_COMPRESSION)
            .setTableFormatConfig(
                new BlockBasedTableConfig()
                    .setBlockCache(blockCache)
                    .setFilterPolicy(bloom)
                    .setDataBlockIndexType(DataBlockIndexType.kDataBlockBinaryAndHash)
                    .setCacheIndexAndFilterBlocks(false));
    return table.holdsLargeValues() ? inBlobFiles(options) : options;
  }

  private static ColumnFamilyOptions inBlobFiles(ColumnFamilyOptions options) {
    return options
        .setEnableBlobFiles(true)
        .setMinBlobSize(SMALLEST_BLOB)
        .setBlobFileSize(BLOB_FILE)
        .setEnableBlobGarbageCollection(true)
        .setBlobGarbageCollectionAgeCutoff(BLOB_AGE_CUTOFF)
        .setBlobGarbageCollectionForceThreshold(0.8);
  }

  /**
   * A log that ends in the middle of a record is what a crash leaves; anything else makes {@link
   * TornStore} look, instead of losing, silently, all that was accepted after it.
   */
  private static DBOptions newDbOptions() {
    return new DBOptions()
        .setCreateIfMissing(true)
        .setCreateMissingColumnFamilies(true)
        .setWalRecoveryMode(WALRecoveryMode.TolerateCorruptedTailRecords)
        .setMaxTotalWalSize(WAL_LIMIT)
        .setMaxOpenFiles(512)
        .setMaxBackgroundJobs(2)
        .setKeepLogFileNum(5)
        .setMaxLogFileSize(4L << 20)
        .setStatsDumpPeriodSec(0)
        .setParanoidChecks(true);
  }

  /** The column families go before the database, the options after it. */
  void closeHandles() {
    handles.values().forEach(ColumnFamilyHandle::close);
    handles.clear();
  }

  @Override
  public void close() {
    familyOptions.forEach(ColumnFamilyOptions::close);
    dbOptions.close();
    bloom.close();
    blockCache.close();
  }
}
