/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spool;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * Writes a group of batches as one write of the database. Only the committer's thread comes here,
 * so who still holds a body can be decided without a lock.
 */
final class GroupWriter implements Committer.Writer {
  /** Runs a use of the open database. */
  interface Store {
    <T> T with(BiFunction<RocksDB, RocksTables, T> use);

    /** Told how many bodies a group has removed; the files keep them for a while. */
    void removed(int bodies);
  }

  private final Store store;
  private final Ids ids;
  private final boolean reallySync;

  GroupWriter(Store store, Ids ids, boolean reallySync) {
    this.store = store;
    this.ids = ids;
    this.reallySync = reallySync;
  }

  @Override
  public void write(List<Committer.Pending> group, boolean sync) {
    store.with(
        (db, tables) -> {
          try (WriteBatch write = new WriteBatch();
              WriteOptions options = new WriteOptions().setSync(sync && reallySync);
              Holders holders = new Holders(db, tables.handle(Table.REFERENCE))) {
            Group changes = new Group(db, tables, write, holders);
            changes.apply(group);
            long lease = ids.leaseToWrite();
            if (lease > 0) {
              write.put(tables.handle(Table.META), Ids.LEASE_KEY, Records.number(lease));
            }
            db.write(options, write);
            if (lease > 0) {
              ids.leased(lease);
            }
            store.removed(changes.removed);
            return true;
          } catch (RocksDBException e) {
            throw new SpoolException("cannot write to the store: " + e.getMessage(), e);
          }
        });
  }

  @Override
  public void sync() {
    store.with(
        (db, tables) -> {
          try {
            db.flushWal(reallySync);
            return true;
          } catch (RocksDBException e) {
            throw new SpoolException("cannot sync the store: " + e.getMessage(), e);
          }
        });
  }

  /** One group on its way into one write. */
  private static final class Group {
    private final RocksDB db;
    private final RocksTables tables;
    private final WriteBatch write;
    private final Holders holders;
    private final Map<Long, Set<Long>> held = new TreeMap<>();
    private final Map<Long, Set<Long>> released = new TreeMap<>();
    private final Map<Long, Integer> chunks = new HashMap<>();
    private final Set<Long> fresh = new HashSet<>();
    private int removed;

    Group(RocksDB db, RocksTables tables, WriteBatch write, Holders holders) {
      this.db = db;
      this.tables = tables;
      this.write = write;
      this.holders = holders;
    }

    void apply(List<Committer.Pending> group) throws RocksDBException {
      for (Committer.Pending pending : group) {
        for (Batch.Change change : pending.batch().changes()) {
          apply(change);
        }
      }
      for (Map.Entry<Long, Set<Long>> entry : held.entrySet()) {
        requireAlive(entry.getKey(), entry.getValue());
      }
      for (Long body : released.keySet()) {
        deleteIfUnheld(body);
      }
    }

    private void apply(Batch.Change change) throws RocksDBException {
      byte[] key = change.key();
      switch (change.kind()) {
        case PUT -> {
          write.put(tables.handle(change.table()), key, change.value());
          if (change.table() == Table.BODY) {
            fresh.add(Keys.entry(key).value());
          }
        }
        case DELETE -> write.delete(tables.handle(change.table()), key);
        case DELETE_ONCE -> write.singleDelete(tables.handle(change.table()), key);
        case HOLD -> {
          write.put(tables.handle(Table.REFERENCE), key, change.value());
          note(held, key);
        }
        case RELEASE -> {
          write.singleDelete(tables.handle(Table.REFERENCE), key);
          note(released, key);
          chunks.put(Keys.entry(key).value(), Records.chunks(change.value()));
        }
      }
    }

    private static void note(Map<Long, Set<Long>> byBody, byte[] key) {
      byBody
          .computeIfAbsent(Keys.entry(key).value(), body -> new HashSet<>())
          .add(Keys.holder(key));
    }

    /** A body that is held anew must be in this group or be held by somebody on disk. */
    private void requireAlive(Long body, Set<Long> anew) throws RocksDBException {
      if (!fresh.contains(body) && !isReleasedHere(body) && !holders.anyBut(body, anew)) {
        throw new IllegalStateException("the body " + body + " is no longer in the store");
      }
    }

    /** Most often a mail moves on: one holder comes, another goes, and a look-up tells of it. */
    private boolean isReleasedHere(Long body) throws RocksDBException {
      for (Long holder : released.getOrDefault(body, Set.of())) {
        if (db.get(tables.handle(Table.REFERENCE), Keys.reference(body, new SpoolId(holder)))
            != null) {
          return true;
        }
      }
      return false;
    }

    private void deleteIfUnheld(Long body) throws RocksDBException {
      Set<Long> gone = released.getOrDefault(body, Set.of());
      Set<Long> stay = new HashSet<>(held.getOrDefault(body, Set.of()));
      stay.removeAll(gone);
      if (stay.isEmpty() && !holders.anyBut(body, gone)) {
        removed++;
        int count = chunks.getOrDefault(body, 1);
        for (int i = 0; i < count; i++) {
          write.singleDelete(tables.handle(Table.BODY), Keys.chunk(body, i));
        }
      }
    }
  }
}
