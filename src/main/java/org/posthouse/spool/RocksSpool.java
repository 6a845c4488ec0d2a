/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spool;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
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
  private static final String GOES_ON = "the store goes on, but {}";
  static final byte[] FORMAT_KEY = "format".getBytes(StandardCharsets.US_ASCII);

  private final SpoolConfiguration configuration;
  private final Clock clock;
  private final Reviver reviver;
  private final ReentrantReadWriteLock life = new ReentrantReadWriteLock();
  private final Ids ids;
  private final Room room;
  private final Committer committer;
  private final AtomicLong removedBodies = new AtomicLong();
  private final Reclaimer reclaimer;
  private final Set<RocksCursor> cursors = ConcurrentHashMap.newKeySet();

  /** Null while it is opened anew, and after an attempt that failed. */
  private @Nullable Database current;

  /** Sequence number of the last change that was committed. */
  private volatile long lastCommitted;

  /** The same, or 0 if everything stood in sorted files when the database was closed. */
  private long replayedUntil;

  /** Whether the database came back without all that its users had seen in it. */
  private boolean wentBack;

  /** Set when a file was found damaged at a merge: RocksDB would fail on it for ever. */
  private volatile @Nullable Trouble damage;

  private boolean closed;

  /**
   * Opens the store, creates it when there is none, and removes what a crash left half written.
   *
   * @throws SpoolException.InUse when another process has it open
   * @throws SpoolException.Unreadable when it is damaged or of an unknown format
   */
  public static RocksSpool open(SpoolConfiguration configuration, Clock clock) {
    return open(configuration, Room::usable, clock);
  }

  /** As above, on a file system that says how much is free. */
  static RocksSpool open(SpoolConfiguration configuration, Room.FreeSpace space, Clock clock) {
    RocksDB.loadLibrary();
    RocksSpool spool = new RocksSpool(configuration, space, clock);
    spool.committer.start();
    spool.reclaimer.start();
    try {
      spool.checkFormat();
      spool.checkBodies();
      new Orphans(spool).remove();
      return spool;
    } catch (RuntimeException e) {
      spool.close();
      throw e;
    }
  }

  private RocksSpool(SpoolConfiguration configuration, Room.FreeSpace space, Clock clock) {
    this.configuration = configuration;
    this.clock = clock;
    Trouble known = DamageNote.read(configuration.directory());
    Database opened = openDatabase(configuration.directory(), known);
    this.damage = known;
    if (known != null) {
      LOGGER.error(GOES_ON, known.reason());
    }
    this.current = opened;
    this.lastCommitted = opened.db().getLatestSequenceNumber();
    this.reviver = new Reviver(configuration.directory(), clock, this::reopen);
    this.room = new Room(configuration, space, clock);
    this.reclaimer = new Reclaimer(room, removedBodies::get, this::reclaim);
    this.ids = new Ids(clock, lease());
    this.committer = new Committer(new GroupWriter(new OpenStore(), ids, configuration.sync()));
  }

  private static Database openDatabase(Path directory, @Nullable Trouble damage) {
    return damage == null ? Database.open(directory) : Database.openWithoutCompaction(directory);
  }

  /** Where its files are. */
  public Path directory() {
    return configuration.directory();
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

  /** Mail whose body is gone is set aside when it is read; a merge would fail on it. */
  private void checkBodies() {
    try {
      Optional<String> missing = database().missingBodies(configuration.directory());
      if (missing.isPresent() && damage == null) {
        life.writeLock().lock();
        try {
          damaged(missing.get());
          closeDatabase();
          current = openDatabase(configuration.directory(), damage);
        } finally {
          life.writeLock().unlock();
        }
      }
    } catch (IOException e) {
      throw new SpoolException.Unreadable("cannot look at the files of bodies: " + e, e);
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
      Database database = database();
      return database.db().get(database.tables().handle(table), key);
    } catch (RocksDBException e) {
      throw SpoolException.reading("cannot read " + table, e);
    }
  }

  @Override
  public Cursor scan(Table table, byte[] from, byte[] to) {
    return reading(
        () -> {
          Database database = database();
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
          try (Checkpoint checkpoint = Checkpoint.create(database().db())) {
            checkpoint.createCheckpoint(directory.toString());
            return directory;
          } catch (RocksDBException e) {
            throw SpoolException.reading("cannot copy the store to " + directory, e);
          }
        });
  }

  @Override
  public void close() {
    committer.close();
    reclaimer.stop();
    cutReclaimShort();
    reclaimer.join();
    reviver.close();
    life.writeLock().lock();
    try {
      closed = true;
      closeDatabase();
    } finally {
      life.writeLock().unlock();
    }
  }

  /** Under the write side of {@code life}. */
  private void closeDatabase() {
    Database database = current;
    if (database == null) {
      return;
    }
    current = null;
    // A walk that outlives the database would use a freed iterator.
    cursors.forEach(RocksCursor::free);
    try {
      database.close();
      LOGGER.debug("store {} closed", configuration.directory());
    } catch (RocksDBException e) {
      LOGGER.error("store {} did not close cleanly: {}", configuration.directory(), e.getMessage());
    }
  }

  private boolean reclaim() {
    return reading(
        () ->
            damage != null
                || reviver.trouble() != null
                || new Leftovers(database(), room.free()).remove());
  }

  /** Whoever waits for the write side of {@code life} should not wait for a compaction. */
  private void cutReclaimShort() {
    life.readLock().lock();
    try {
      if (reclaimer.isWorking() && current != null) {
        // For good: this database is closed next.
        current.db().cancelAllBackgroundWork(false);
      }
    } finally {
      life.readLock().unlock();
    }
  }

  private void reopen() throws IOException {
    cutReclaimShort();
    life.writeLock().lock();
    try {
      requireOpen();
      requireNotWentBack();
      if (current != null) {
        replayedUntil = current.needsLogs() ? lastCommitted : 0;
        closeDatabase();
      }
      UncommittedLog.cut(configuration.directory(), lastCommitted);
      Database fresh = openDatabase(configuration.directory(), damage);
      current = fresh;
      wentBack = fresh.db().getLatestSequenceNumber() < replayedUntil;
      requireNotWentBack();
      lastCommitted = fresh.db().getLatestSequenceNumber();
    } finally {
      life.writeLock().unlock();
    }
  }

  /** What stands in memory, above all in the queues, is of no use then. */
  private void requireNotWentBack() {
    if (wentBack) {
      throw new SpoolException(
          "steps that were not synced are lost; restart the server, which takes them again");
    }
  }

  /** Why new mail is refused at the moment; empty when it is not. */
  public Optional<Trouble> trouble() {
    return Optional.ofNullable(reviver.trouble()).or(() -> Optional.ofNullable(room.trouble()));
  }

  /** What is wrong with a file of the store that takes mail nevertheless; empty when nothing is. */
  public Optional<Trouble> damage() {
    return Optional.ofNullable(damage);
  }

  /** Under either side of {@code life}. */
  private Database database() {
    if (current == null) {
      throw new SpoolException("the store is not open at the moment");
    }
    return current;
  }

  /** What the writer of groups needs of the open store. */
  private final class OpenStore implements GroupWriter.Store {
    @Override
    public void removed(int bodies) {
      removedBodies.addAndGet(bodies);
    }

    @Override
    public <T> T with(BiFunction<RocksDB, RocksTables, T> use) {
      reviver.requireWriting();
      try {
        return reading(
            () -> {
              T result = use.apply(database().db(), database().tables());
              // Not when it is needed: RocksDB counts on while it tries to recover from a full
              // disk.
              lastCommitted = database().db().getLatestSequenceNumber();
              return result;
            });
      } catch (SpoolException e) {
        if (e.getCause() instanceof RocksDBException cause) {
          noteDamage(cause);
          reviver.failed(String.valueOf(e.getMessage()));
        }
        throw e;
      }
    }
  }

  /**
   * A write that fails so was refused because of a merge: what it would have read is damaged. The
   * mail in it is found when it is read, and set aside; all other mail goes on without merging.
   */
  private void noteDamage(RocksDBException failure) {
    if (Database.isCorruption(failure) && damage == null) {
      damaged(String.valueOf(failure.getMessage()));
    }
  }

  private void damaged(String what) {
    Trouble found =
        new Trouble(
            "a file is damaged, so files are no longer merged and the store grows; stop the server"
                + " and see `posthouse queue rescue --help`: "
                + what,
            clock.instant());
    damage = found;
    DamageNote.write(configuration.directory(), found);
    LOGGER.error(GOES_ON, found.reason());
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
