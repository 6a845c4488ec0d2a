/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.queue;

import java.util.ArrayList;
import java.util.List;
import org.posthouse.spool.Keys;
import org.posthouse.spool.RecordReader;
import org.posthouse.spool.RecordWriter;
import org.posthouse.spool.Spool;
import org.posthouse.spool.SpoolException;
import org.posthouse.spool.SpoolId;
import org.posthouse.spool.Table;

/**
 * An entry that could not be read and was set aside, out of the way of others.
 *
 * @param since in milliseconds since the epoch; 0 when its record is damaged, too
 * @param reason what could not be read; for a person
 */
public record Aside(SpoolId id, long since, String reason) {
  private static final byte[] ANY = new byte[0];

  static byte[] toRecord(long since, int place, String reason) {
    return new RecordWriter(64).number(since).number(place).text(reason).toRecord();
  }

  private static Aside read(byte[] key, byte[] record) {
    SpoolId id = Keys.entry(key);
    try {
      RecordReader in = new RecordReader(record);
      long since = in.number();
      in.number();
      return new Aside(id, since, String.valueOf(in.nullableText()));
    } catch (SpoolException.Unreadable e) {
      return new Aside(id, 0, "unknown");
    }
  }

  /** All of a store, in order of acceptance. They are few: each is a damage of the disk. */
  public static List<Aside> all(Spool spool) {
    List<Aside> all = new ArrayList<>();
    try (Spool.Cursor cursor = spool.scan(Table.ASIDE, ANY, ANY)) {
      while (cursor.next()) {
        all.add(read(cursor.key(), cursor.value()));
      }
    }
    return all;
  }
}
