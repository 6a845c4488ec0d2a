/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.queue;

import org.posthouse.spool.RecordReader;
import org.posthouse.spool.RecordWriter;
import org.posthouse.spool.SpoolId;

/**
 * A line of the log that tells of an end which was about to be stored. A record: v 2 (version), v
 * entry, v attempts of all its recipients before, text line.
 *
 * @param slot where it stands in the file
 * @param attempts an end that was stored counts one more, or its entry has gone
 * @param text without the time
 */
record KeptLine(int slot, SpoolId entry, long attempts, String text) {
  private static final int VERSION = 2;

  /** Whether a record is one, and no doubt. */
  static boolean isOne(byte[] record) {
    return record.length > 0 && record[0] == VERSION;
  }

  static byte[] encode(SpoolId entry, long attempts, String text) {
    return new RecordWriter(text.length() + 24)
        .number(VERSION)
        .number(entry.value())
        .number(attempts)
        .text(text)
        .toRecord();
  }

  static KeptLine decode(int slot, byte[] record) {
    RecordReader in = new RecordReader(record);
    in.number();
    return new KeptLine(slot, new SpoolId(in.number()), in.number(), in.text());
  }
}
