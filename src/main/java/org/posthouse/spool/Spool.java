/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spool;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The durable store under everything. Changes go through {@link #commit} only; reads see what was
 * committed. Safe for use by many threads.
 */
public interface Spool extends AutoCloseable {
  /**
   * Applies a batch: all of it or nothing, also after a crash. Commits of many threads share their
   * syncs.
   *
   * @return completes after the batch has the durability asked for; fails with {@link
   *     SpoolException}, {@link SpoolException.Full} when new mail finds no room. Callbacks must be
   *     short: they run on the thread that commits.
   */
  CompletableFuture<Void> commit(Batch batch, Durability durability);

  /** The value of a key, or null when there is none. */
  byte @Nullable [] get(Table table, byte[] key);

  /**
   * Walks keys in order, from {@code from} inclusive to {@code to} exclusive (empty: to the end).
   * Sees the table as it was when the cursor was opened.
   */
  Cursor scan(Table table, byte[] from, byte[] to);

  /** A fresh id, greater than all before. */
  SpoolId nextId();

  /**
   * Stores a body that nothing refers to yet; small ones are only put into {@code batch}, large
   * ones are written ahead of it in pieces and vanish at the next start when the batch is never
   * committed, or at once when it fails or is handed to {@link #discard}. The batch must hold the
   * body, and must be marked as intake before when it is.
   *
   * @param size of the content in octets, exact
   */
  BodyRef write(Batch batch, InputStream content, long size) throws IOException;

  /** Gives up a batch that was never committed: what was written ahead of it is removed. */
  void discard(Batch batch);

  /** The octets of a body, read piece by piece. */
  InputStream open(BodyRef body);

  /** Whether new mail finds room at the moment. */
  boolean hasRoom();

  /**
   * How many commits and syncs there were since the start: commits divided by syncs is the sharing.
   */
  Counters counters();

  /** Writes a consistent copy of the store into a directory that does not exist yet. */
  void checkpoint(Path directory);

  /** Ends all use: commits under way are completed, then the store is closed. */
  @Override
  void close();

  /** Walks over records; must be closed. */
  interface Cursor extends AutoCloseable {
    /** Moves to the next record, at first to the first one; false at the end. */
    boolean next();

    byte[] key();

    byte[] value();

    @Override
    void close();
  }

  /**
   * Totals since the start.
   *
   * @param commits batches committed
   * @param groups writes that they shared
   * @param syncs of these, how many were synced
   */
  record Counters(long commits, long groups, long syncs) {}
}
