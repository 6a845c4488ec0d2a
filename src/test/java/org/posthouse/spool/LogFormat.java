/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spool;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/** Writes RocksDB's log format, by the description of it and not by the reader under test. */
final class LogFormat {
  private static final int BLOCK = 32768;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final List<Integer> ends = new ArrayList<>();

  LogFormat add(byte[] record) {
    int from = 0;
    boolean first = true;
    do {
      if (BLOCK - out.size() % BLOCK < 7) {
        out.writeBytes(new byte[BLOCK - out.size() % BLOCK]);
      }
      int room = BLOCK - out.size() % BLOCK - 7;
      int length = Math.min(room, record.length - from);
      boolean last = from + length == record.length;
      physical(
          first ? (last ? 1 : 2) : (last ? 4 : 3), Arrays.copyOfRange(record, from, from + length));
      from += length;
      first = false;
    } while (from < record.length);
    ends.add(out.size());
    return this;
  }

  private void physical(int type, byte[] content) {
    CRC32C crc = new CRC32C();
    crc.update(type);
    crc.update(content);
    int value = (int) crc.getValue();
    int masked = ((value >>> 15) | (value << 17)) + 0xa282ead8;
    ByteBuffer header = ByteBuffer.allocate(7).order(ByteOrder.LITTLE_ENDIAN);
    header.putInt(masked).putShort((short) content.length).put((byte) type);
    out.writeBytes(header.array());
    out.writeBytes(content);
  }

  byte[] octets() {
    return out.toByteArray();
  }

  /** Where each record ends. */
  List<Integer> ends() {
    return ends;
  }

  /** The end of the last record that ends at or before a position; 0 when none does. */
  int endBefore(int position) {
    return ends.stream().filter(end -> end <= position).reduce(0, Math::max);
  }
}
