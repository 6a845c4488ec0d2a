/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spool;

import java.util.concurrent.locks.Lock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;

/** A cursor over a native iterator; each step checks that the store is still open. */
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
      requireAlive();
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
      throw SpoolException.reading("cannot walk the store", e);
    } finally {
      life.unlock();
    }
  }

  @Override
  public byte[] key() {
    return reading(iterator::key);
  }

  @Override
  public byte[] value() {
    return reading(iterator::value);
  }

  private byte[] reading(Supplier<byte[]> use) {
    life.lock();
    try {
      requireAlive();
      return use.get();
    } finally {
      life.unlock();
    }
  }

  /** It may have been freed under its user, who must not touch the native iterator again. */
  private void requireAlive() {
    requireOpen.run();
    if (closed) {
      throw new SpoolException("the store was opened anew: this walk has ended");
    }
  }

  @Override
  public void close() {
    life.lock();
    try {
      free();
    } finally {
      life.unlock();
    }
    onClose.accept(this);
  }

  /** Frees the native iterator; the caller holds one side of the store's life lock. */
  synchronized void free() {
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
