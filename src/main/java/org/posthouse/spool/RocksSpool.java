/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spool;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.rocksdb.Checkpoint;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Slice;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store on RocksDB.
 *
 * <p>Every use of the native database happens under the read side of {@code life}; closing takes
 * the write side. A native call on a closed database would take the whole process down.
 */
public final class RocksSpool implements Spool {
  /** The format this release writes; src/doc/SPOOL.md describes it. */
  public static final int FORMAT = 1;

  private static final Logger LOGGER = LoggerFactory.getLogger(RocksSpool.class);
  static final byte[] FORMAT_KEY = "format".getBytes(StandardCharsets.US_ASCII);

  private final SpoolConfiguration configuration;
  private final Database database;
  private final ReentrantReadWriteLock life = new ReentrantReadWriteLock();
  private final Ids ids;
  private final Room room;
  private final Committer committer;
  private final Set<RocksCursor> cursors = ConcurrentHashMap.newKeySet();
  private boolean closed;

  /**
   * Opens the store, creates it when there is none, and removes what a crash left half written.
   *
   * @throws SpoolException.InUse when another process has it open
   * @throws SpoolException.Unreadable when it is damaged or of an unknown format
   */
  public static RocksSpool open(SpoolConfiguration configuration, Clock clock) {
    RocksDB.loadLibrary();
    RocksSpool spool = new RocksSpool(configuration, clock);
    spool.committer.start();
    try {
      spool.checkFormat();
      new Orphans(spool).remove();
      return spool;
    } catch (RuntimeException e) {
      spool.close();
      throw e;
    }
  }

  private RocksSpool(SpoolConfiguration configuration, Clock clock) {
    this.configuration = configuration;
    this.database = Database.open(configuration.directory());
    this.room = new Room(configuration);
    this.ids = new Ids(clock, lease());
    this.committer = new Committer(new GroupWriter(new OpenStore(), ids, configuration.sync()));
  }

  private void checkFormat() {
    byte[] format = get(Table.META, FORMAT_KEY);
    if (format == null) {
      commit(new Batch().put(Table.META, FORMAT_KEY, Records.number(FORMAT)), Durability.SYNCED)
          .join();
    } else if (Records.number(format) != FORMAT) {
      throw new SpoolException.Unreadable(
          "the store "
              + configuration.directory()
              + " has format "
              + Records.number(format)
              + ", this release reads format "
              + FORMAT);
    }
  }

  @Override
  public CompletableFuture<Void> commit(Batch batch, Durability durability) {
    if (batch.isIntake() && !room.hasRoom()) {
      discard(batch);
      return CompletableFuture.failedFuture(new SpoolException.Full(room.explain()));
    }
    return committer
        .submit(batch, durability)
        .whenComplete(
            (done, failure) -> {
              if (failure != null) {
                discard(batch);
              }
            });
  }

  @Override
  public void discard(Batch batch) {
    new BodyWriter(this).discard(batch);
  }

  @Override
  public byte @Nullable [] get(Table table, byte[] key) {
    return reading(() -> getUnlocked(table, key));
  }

  private byte @Nullable [] getUnlocked(Table table, byte[] key) {
    try {
      return database.db().get(database.tables().handle(table), key);
    } catch (RocksDBException e) {
      throw new SpoolException("cannot read " + table + ": " + e.getMessage(), e);
    }
  }

  @Override
  public Cursor scan(Table table, byte[] from, byte[] to) {
    return reading(
        () -> {
          ReadOptions options = new ReadOptions().setReadaheadSize(0);
          Slice end = to.length == 0 ? null : new Slice(to);
          if (end != null) {
            options.setIterateUpperBound(end);
          }
          RocksCursor cursor =
              new RocksCursor(
                  life.readLock(),
                  this::requireOpen,
                  database.db().newIterator(database.tables().handle(table), options),
                  options,
                  end,
                  from,
                  cursors::remove);
          cursors.add(cursor);
          return cursor;
        });
  }

  @Override
  public SpoolId nextId() {
    return ids.next();
  }

  @Override
  public BodyRef write(Batch batch, InputStream content, long size) throws IOException {
    return new BodyWriter(this).write(batch, content, size);
  }

  @Override
  public InputStream open(BodyRef body) {
    return new BodyReader(this, body);
  }

  @Override
  public boolean hasRoom() {
    return room.hasRoom();
  }

  @Override
  public Counters counters() {
    return committer.counters();
  }

  @Override
  public void checkpoint(Path directory) {
    reading(
        () -> {
          try (Checkpoint checkpoint = Checkpoint.create(database.db())) {
            checkpoint.createCheckpoint(directory.toString());
            return directory;
          } catch (RocksDBException e) {
            throw new SpoolException("cannot copy the store to " + directory, e);
          }
        });
  }

  @Override
  public void close() {
    committer.close();
    life.writeLock().lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      // A walk that outlives the store would use a freed iterator.
      cursors.forEach(RocksCursor::free);
      database.close();
      LOGGER.debug("store {} closed", configuration.directory());
    } catch (RocksDBException e) {
      LOGGER.error("store {} did not close cleanly: {}", configuration.directory(), e.getMessage());
    } finally {
      life.writeLock().unlock();
    }
  }

  /** What the writer of groups needs of the open store. */
  private final class OpenStore implements GroupWriter.Store {
    @Override
    public <T> T with(BiFunction<RocksDB, RocksTables, T> use) {
      return reading(() -> use.apply(database.db(), database.tables()));
    }
  }

  private long lease() {
    byte[] stored = getUnlocked(Table.META, Ids.LEASE_KEY);
    return stored == null ? 0 : Records.number(stored);
  }

  private void requireOpen() {
    if (closed) {
      throw new SpoolException("the store is closed");
    }
  }

  private <T> T reading(Supplier<T> use) {
    life.readLock().lock();
    try {
      requireOpen();
      return use.get();
    } finally {
      life.readLock().unlock();
    }
  }
}
