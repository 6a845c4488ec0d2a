/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spool;

import java.util.concurrent.locks.Lock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;

/**
 * A cursor over a native iterator. Every use checks that the store is still open; the store closes
 * the iterators that are left before it closes itself.
 */
final class RocksCursor implements Spool.Cursor {
  private final Lock life;
  private final Runnable requireOpen;
  private final RocksIterator iterator;
  private final ReadOptions options;
  private final @Nullable Slice end;
  private final byte[] from;
  private boolean begun;
  private final Consumer<RocksCursor> onClose;
  private boolean closed;

  RocksCursor(
      Lock life,
      Runnable requireOpen,
      RocksIterator iterator,
      ReadOptions options,
      @Nullable Slice end,
      byte[] from,
      Consumer<RocksCursor> onClose) {
    this.life = life;
    this.requireOpen = requireOpen;
    this.iterator = iterator;
    this.options = options;
    this.end = end;
    this.from = from;
    this.onClose = onClose;
  }

  @Override
  public boolean next() {
    life.lock();
    try {
      requireOpen.run();
      if (begun) {
        iterator.next();
      } else {
        begun = true;
        iterator.seek(from);
      }
      if (iterator.isValid()) {
        return true;
      }
      iterator.status();
      return false;
    } catch (RocksDBException e) {
      throw new SpoolException("cannot walk the store: " + e.getMessage(), e);
    } finally {
      life.unlock();
    }
  }

  @Override
  public byte[] key() {
    return reading(RocksIterator::key);
  }

  @Override
  public byte[] value() {
    return reading(RocksIterator::value);
  }

  private byte[] reading(Function<RocksIterator, byte[]> read) {
    life.lock();
    try {
      requireOpen.run();
      return read.apply(iterator);
    } finally {
      life.unlock();
    }
  }

  @Override
  public void close() {
    life.lock();
    try {
      closeNative();
    } finally {
      life.unlock();
    }
    onClose.accept(this);
  }

  /** Frees the iterator; the caller holds one side of the lock. */
  synchronized void closeNative() {
    if (!closed) {
      closed = true;
      iterator.close();
      options.close();
      if (end != null) {
        end.close();
      }
    }
  }
}
