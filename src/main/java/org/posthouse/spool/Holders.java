/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spool;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.Status;

/**
 * Who holds which body, as the store has it before a group is written. One iterator serves the
 * whole group: with many files making one costs more than many a step of it.
 */
final class Holders implements AutoCloseable {
  /** An iterator without an end may walk into what was deleted behind a body; it gives up here. */
  private static final int SKIPPED_AT_MOST = 256;

  private final RocksDB db;
  private final ColumnFamilyHandle references;
  private final ReadOptions options =
      new ReadOptions().setMaxSkippableInternalKeys(SKIPPED_AT_MOST);
  private @Nullable RocksIterator shared;

  Holders(RocksDB db, ColumnFamilyHandle references) {
    this.db = db;
    this.references = references;
  }

  /** Whether somebody holds a body other than those given; cheapest in order of bodies. */
  boolean anyBut(long body, Set<Long> except) throws RocksDBException {
    if (shared == null) {
      shared = db.newIterator(references, options);
    }
    try {
      return anyBut(shared, body, except);
    } catch (RocksDBException e) {
      if (e.getStatus() != null && e.getStatus().getCode() == Status.Code.Incomplete) {
        return anyButBounded(body, except);
      }
      throw e;
    }
  }

  private boolean anyButBounded(long body, Set<Long> except) throws RocksDBException {
    try (Slice end = new Slice(Keys.after(Keys.body(body)));
        ReadOptions bounded = new ReadOptions().setIterateUpperBound(end);
        RocksIterator own = db.newIterator(references, bounded)) {
      return anyBut(own, body, except);
    }
  }

  private static boolean anyBut(RocksIterator iterator, long body, Set<Long> except)
      throws RocksDBException {
    iterator.seek(Keys.body(body));
    while (iterator.isValid()) {
      byte[] key = iterator.key();
      if (Keys.entry(key).value() != body) {
        return false;
      }
      if (!except.contains(Keys.holder(key))) {
        return true;
      }
      iterator.next();
    }
    // A walk that ends by a failure must not look as if nobody held the body.
    iterator.status();
    return false;
  }

  @Override
  public void close() {
    if (shared != null) {
      shared.close();
    }
    options.close();
  }
}
