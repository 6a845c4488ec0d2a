/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spool;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import org.rocksdb.RocksDBException;

/**
 * The records of a write-ahead log that are whole, those behind a damage included. A walk goes on
 * only where a record must begin: behind a record whose length is plausible, or at the next block.
 * Searched octet by octet, the body of a mail might be taken for a record.
 */
final class LogRecords {
  /** Gets one record. */
  interface Use {
    /**
     * One record.
     *
     * @param octets sequence number of its first change (8, little-endian) and what is changed
     * @return false when it is of no use, as if it could not be read
     */
    boolean take(byte[] octets) throws RocksDBException;
  }

  private final LogBlocks blocks;
  private final Use use;
  private final ByteArrayOutputStream record = new ByteArrayOutputStream();
  private boolean open;
  private long skipped;

  private LogRecords(LogBlocks blocks, Use use) {
    this.blocks = blocks;
    this.use = use;
  }

  /**
   * Walks over a log.
   *
   * @return octets that belong to no whole record
   */
  static long each(Path log, Use use) throws IOException, RocksDBException {
    try (LogBlocks blocks = new LogBlocks(log)) {
      return new LogRecords(blocks, use).walk();
    }
  }

  private long walk() throws IOException, RocksDBException {
    long position = 0;
    while (position < blocks.size()) {
      int length = blocks.lengthAt(position);
      long next;
      if (length > 0) {
        take(position);
        next = position + length;
      } else {
        drop();
        next = blocks.mayGoOnBehind(position);
        skipped += next - position;
      }
      position = blocks.behindPadding(next);
    }
    drop();
    return skipped;
  }

  private void take(long position) throws IOException, RocksDBException {
    int type = blocks.typeAt(position);
    boolean begins = type == LogBlocks.WHOLE || type == LogBlocks.FIRST;
    boolean goesOn = type == LogBlocks.MIDDLE || type == LogBlocks.LAST;
    byte[] content = blocks.contentAt(position);
    if (begins) {
      drop();
      open = true;
    }
    if (!open) {
      skipped += goesOn ? content.length : 0;
    } else if (begins || goesOn) {
      record.writeBytes(content);
    }
    if (open && (type == LogBlocks.WHOLE || type == LogBlocks.LAST)) {
      skipped += use.take(record.toByteArray()) ? 0 : record.size();
      record.reset();
      open = false;
    }
  }

  /** A record that was begun and does not go on. */
  private void drop() {
    skipped += record.size();
    record.reset();
    open = false;
  }
}
