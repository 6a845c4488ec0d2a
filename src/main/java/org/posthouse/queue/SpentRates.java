/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.queue;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.posthouse.spool.Batch;
import org.posthouse.spool.Durability;
import org.posthouse.spool.Keys;
import org.posthouse.spool.RecordReader;
import org.posthouse.spool.RecordWriter;
import org.posthouse.spool.Spool;
import org.posthouse.spool.Table;

/** What was used up of rates, kept in the store: a restart does not begin a new day. */
public final class SpentRates {
  private static final String PREFIX = "rate/";
  private static final double MILLIONTHS = 1e6;

  private final Spool spool;

  /**
   * So much at a time.
   *
   * @param transactions that could not begin at once, since others had; fractions of one included
   * @param at milliseconds since the epoch
   */
  public record Spent(double transactions, long at) {}

  public SpentRates(Spool spool) {
    this.spool = spool;
  }

  /** All that is known, by the names that {@link #note} was given. */
  public Map<String, Spent> all() {
    Map<String, Spent> all = new HashMap<>();
    byte[] prefix = PREFIX.getBytes(StandardCharsets.UTF_8);
    try (Spool.Cursor cursor = spool.scan(Table.META, prefix, Keys.after(prefix))) {
      while (cursor.next()) {
        String key = new String(cursor.key(), StandardCharsets.UTF_8);
        RecordReader in = new RecordReader(cursor.value());
        all.put(key.substring(PREFIX.length()), new Spent(in.number() / MILLIONTHS, in.number()));
      }
    }
    return all;
  }

  /**
   * Keeps these, and forgets those of whom nothing is spent. Not synced: what a loss of power takes
   * is a second's worth.
   */
  public void note(Map<String, Spent> some) {
    Batch batch = new Batch();
    some.forEach(
        (name, spent) -> {
          byte[] key = (PREFIX + name).getBytes(StandardCharsets.UTF_8);
          if (spent.transactions() > 0) {
            byte[] record =
                new RecordWriter(16)
                    .number((long) (spent.transactions() * MILLIONTHS))
                    .number(spent.at())
                    .toRecord();
            batch.put(Table.META, key, record);
          } else {
            batch.delete(Table.META, key);
          }
        });
    CompletableFuture<Void> unused = spool.commit(batch, Durability.ORDERED);
  }
}
