/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * The logs of a damaged store, applied record by record to a database that was opened without them.
 * RocksDB itself reads no log behind a damage, and none at all when its index is damaged.
 */
final class LogReplay {
  private static final int SEQUENCE = 8;

  private final RocksDB db;
  private final Map<Integer, Table> tables = new HashMap<>();
  private final Map<Integer, ColumnFamilyHandle> families = new HashMap<>();
  private final Set<SpoolId> gone = new HashSet<>();
  private long last;

  LogReplay(RocksDB db, RocksTables opened) {
    this.db = db;
    for (Table table : Table.values()) {
      ColumnFamilyHandle family = opened.handle(table);
      tables.put(family.getID(), table);
      families.put(family.getID(), family);
    }
  }

  /**
   * Applies a log; the older ones come first.
   *
   * @return octets of it that cannot be read
   */
  long apply(Path log) throws IOException, RocksDBException {
    return LogRecords.each(log, this::apply);
  }

  /** A record younger than the one before it; anything else does not belong there. */
  private boolean apply(byte[] octets) {
    long sequence =
        octets.length < SEQUENCE
            ? 0
            : ByteBuffer.wrap(octets).order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (sequence <= last) {
      return false;
    }
    try (WriteBatch read = new WriteBatch(octets);
        Changes changes = new Changes();
        WriteOptions options = new WriteOptions().setDisableWAL(true)) {
      read.iterate(changes);
      db.write(options, changes.batch);
      last = sequence;
      return true;
    } catch (RocksDBException e) {
      return false;
    }
  }

  /** The entries that the logs say were removed, and that did not come again. */
  Set<SpoolId> gone() {
    return gone;
  }

  /**
   * The changes of one record. What is deleted once there is deleted altogether here: the store may
   * have it in a file already, and in the log a second time.
   */
  private final class Changes extends WriteBatch.Handler {
    final WriteBatch batch = new WriteBatch();

    @Override
    public void put(int family, byte[] key, byte[] value) throws RocksDBException {
      batch.put(family(family), key, value);
      if (tables.get(family) == Table.ENVELOPE) {
        gone.remove(Keys.entry(key));
      }
    }

    @Override
    public void delete(int family, byte[] key) throws RocksDBException {
      batch.delete(family(family), key);
      if (tables.get(family) == Table.ENVELOPE) {
        gone.add(Keys.entry(key));
      }
    }

    @Override
    public void singleDelete(int family, byte[] key) throws RocksDBException {
      delete(family, key);
    }

    private ColumnFamilyHandle family(int number) throws RocksDBException {
      ColumnFamilyHandle family = families.get(number);
      if (family == null) {
        throw new RocksDBException("no table has the number " + number);
      }
      return family;
    }

    @Override
    public void close() {
      batch.close();
      super.close();
    }

    // The store writes nothing of what follows: such a record is not its own.

    @Override
    public void merge(int family, byte[] key, byte[] value) throws RocksDBException {
      throw new RocksDBException("merge");
    }

    @Override
    public void deleteRange(int family, byte[] from, byte[] to) throws RocksDBException {
      throw new RocksDBException("deleteRange");
    }

    @Override
    public void putBlobIndex(int family, byte[] key, byte[] value) throws RocksDBException {
      throw new RocksDBException("putBlobIndex");
    }

    @Override
    public void markBeginPrepare() throws RocksDBException {
      throw new RocksDBException("prepare");
    }

    @Override
    public void markEndPrepare(byte[] transaction) throws RocksDBException {
      throw new RocksDBException("prepare");
    }

    @Override
    public void markRollback(byte[] transaction) throws RocksDBException {
      throw new RocksDBException("rollback");
    }

    @Override
    public void markCommit(byte[] transaction) throws RocksDBException {
      throw new RocksDBException("commit");
    }

    @Override
    public void markCommitWithTimestamp(byte[] transaction, byte[] time) throws RocksDBException {
      throw new RocksDBException("commit");
    }

    @Override
    public void markNoop(boolean empty) {}

    @Override
    public void logData(byte[] octets) {}

    // RocksDB calls those with a family, also for META.

    @Override
    public void put(byte[] key, byte[] value) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void merge(byte[] key, byte[] value) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void delete(byte[] key) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void singleDelete(byte[] key) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void deleteRange(byte[] from, byte[] to) {
      throw new UnsupportedOperationException();
    }
  }
}
