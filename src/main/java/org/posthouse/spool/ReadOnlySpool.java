/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spool;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store as it was when it was opened, for reading only. Takes no lock and writes nothing, so it
 * works beside a running server. Bodies that the server deletes meanwhile may become unreadable.
 */
public final class ReadOnlySpool extends UnwritableSpool {
  private static final Logger LOGGER = LoggerFactory.getLogger(ReadOnlySpool.class);

  /** A server that flushes or compacts may delete a file between its listing and its opening. */
  private static final int ATTEMPTS = 5;

  private final RocksTables tables;
  private final RocksDB db;
  private final Path directory;
  private final @Nullable CutView view;
  private final ReentrantLock life = new ReentrantLock();
  private boolean closed;

  private ReadOnlySpool(Path directory, RocksTables tables, RocksDB db, @Nullable CutView view) {
    this.directory = directory;
    this.tables = tables;
    this.db = db;
    this.view = view;
  }

  /**
   * Opens the store in a directory.
   *
   * @throws SpoolException.Unreadable when there is none, it is damaged or of an unknown format
   */
  public static ReadOnlySpool open(Path directory) {
    StoreFiles.requireStore(directory);
    RocksDB.loadLibrary();
    ReadOnlySpool spool = openAgain(directory, ATTEMPTS);
    try {
      spool.checkFormat(directory);
      return spool;
    } catch (RuntimeException e) {
      spool.close();
      throw e;
    }
  }

  private static ReadOnlySpool openAgain(Path directory, int attempts) {
    RocksTables tables = new RocksTables().holdingFiles();
    try {
      return new ReadOnlySpool(directory, tables, tables.openReadOnly(directory.toString()), null);
    } catch (RocksDBException e) {
      tables.close();
      if (attempts > 1) {
        return openAgain(directory, attempts - 1);
      }
      if (Database.isCorruption(e)) {
        return openTorn(directory);
      }
      throw unreadable(directory, e);
    }
  }

  /** Up to where the logs were synced; the store stays as it is. */
  private static ReadOnlySpool openTorn(Path directory) {
    RocksTables tables = new RocksTables().holdingFiles().upToTheFirstGap();
    CutView view = null;
    try {
      StoreLogs logs = StoreLogs.scan(directory);
      logs.requireNoDamage(directory);
      LogFile manifest = logs.tornManifest();
      view = manifest == null ? null : CutView.of(directory, manifest);
      Path shown = view == null ? directory : view.directory();
      return new ReadOnlySpool(directory, tables, tables.openReadOnly(shown.toString()), view);
    } catch (RocksDBException | IOException e) {
      tables.close();
      discard(view);
      throw unreadable(directory, e);
    } catch (RuntimeException e) {
      tables.close();
      throw e;
    }
  }

  private static SpoolException unreadable(Path directory, Exception e) {
    return new SpoolException.Unreadable(
        "the store " + directory + " cannot be read: " + e.getMessage(), e);
  }

  private static void discard(@Nullable CutView view) {
    try {
      if (view != null) {
        view.close();
      }
    } catch (IOException e) {
      LOGGER.warn("{} cannot be removed: {}", view.directory(), e.getMessage());
    }
  }

  private void checkFormat(Path directory) {
    byte[] format = get(Table.META, RocksSpool.FORMAT_KEY);
    if (format == null || Records.number(format) != RocksSpool.FORMAT) {
      throw new SpoolException.Unreadable(
          "the store "
              + directory
              + " has format "
              + (format == null ? "(none)" : String.valueOf(Records.number(format)))
              + ", this release reads format "
              + RocksSpool.FORMAT);
    }
  }

  /**
   * Reads all sorted files, bodies and logs and compares their checksums.
   *
   * @throws SpoolException.Unreadable when one is damaged
   */
  public void verify() {
    try {
      StoreLogs.scan(directory).requireNoDamage(directory);
      db.verifyChecksum();
      readBodies();
    } catch (RocksDBException | IOException e) {
      throw new SpoolException.Unreadable("the store is damaged: " + e.getMessage(), e);
    }
  }

  /** Their files have checksums that only a read compares. */
  private void readBodies() throws RocksDBException {
    try (ReadOptions options = new ReadOptions().setFillCache(false);
        RocksIterator bodies = db.newIterator(tables.handle(Table.BODY), options)) {
      bodies.seekToFirst();
      while (bodies.isValid()) {
        bodies.next();
      }
      bodies.status();
    }
  }

  @Override
  public byte @Nullable [] get(Table table, byte[] key) {
    requireOpen();
    try {
      return db.get(tables.handle(table), key);
    } catch (RocksDBException e) {
      throw new SpoolException.Unreadable("cannot read " + table + ": " + e.getMessage(), e);
    }
  }

  @Override
  public Cursor scan(Table table, byte[] from, byte[] to) {
    requireOpen();
    ReadOptions options = new ReadOptions();
    Slice end = to.length == 0 ? null : new Slice(to);
    if (end != null) {
      options.setIterateUpperBound(end);
    }
    return new RocksCursor(
        life,
        this::requireOpen,
        db.newIterator(tables.handle(table), options),
        options,
        end,
        from,
        cursor -> {});
  }

  private void requireOpen() {
    if (closed) {
      throw new SpoolException("the store is closed");
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      tables.closeHandles();
      db.close();
      tables.close();
      discard(view);
    }
  }
}
