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

  /** A step costs a fraction of what a look-up in all files does. */
  private static final int NEAR = 3;

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
    moveTo(iterator, body);
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

  /**
   * To the first holder of a body or a later one. Mail leaves much as it came: often it is next.
   */
  private static void moveTo(RocksIterator iterator, long body) {
    if (iterator.isValid() && body(iterator) < body) {
      for (int i = 0; i < NEAR && iterator.isValid(); i++) {
        iterator.next();
        if (iterator.isValid() && body(iterator) >= body) {
          return;
        }
      }
    }
    iterator.seek(Keys.body(body));
  }

  private static long body(RocksIterator iterator) {
    return Keys.entry(iterator.key()).value();
  }

  @Override
  public void close() {
    if (shared != null) {
      shared.close();
    }
    options.close();
  }
}
