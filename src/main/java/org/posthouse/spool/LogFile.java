/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spool;

import java.io.IOException;
import java.nio.file.Path;

/**
 * What a scan of a file in RocksDB's log format (a write-ahead log, a MANIFEST) found.
 *
 * @param offset octets from the start: of a torn file, where its last complete record ends; of a
 *     damaged one, where the first bad record begins
 * @param size of the file in octets
 * @param unreadable octets that belong to no complete record
 * @param records how many complete records there are before the first bad one
 * @param unfinished whether what is torn or damaged shows that a write did not end: it goes on
 *     beyond the end of the file, or pages of it were never written
 */
record LogFile(
    Path file,
    Verdict verdict,
    long offset,
    long size,
    long unreadable,
    long records,
    boolean unfinished) {
  /** What can be said of the whole file. */
  enum Verdict {
    WHOLE,
    /** Its end was not synced when the machine stopped: what is missing was promised to nobody. */
    TORN,
    /** Something that had been synced is bad, or may be: valid records follow what is bad. */
    DAMAGED
  }

  static LogFile scan(Path file) throws IOException {
    try (LogBlocks blocks = new LogBlocks(file)) {
      return new Scan(file, blocks).run();
    }
  }

  /** The same file, judged again in the light of another one. */
  LogFile asDamaged() {
    return new LogFile(file, Verdict.DAMAGED, offset, size, unreadable, records, unfinished);
  }

  /** The same file, of which so many octets could not be read. */
  LogFile withUnreadable(long octets) {
    return new LogFile(file, verdict, offset, size, octets, records, unfinished);
  }

  /** For a person. */
  String describe() {
    return switch (verdict) {
      case WHOLE -> file.getFileName() + " is whole";
      case TORN -> file.getFileName() + " is torn at octet " + offset + " of " + size;
      case DAMAGED ->
          file.getFileName()
              + " is damaged at octet "
              + offset
              + " of "
              + size
              + " ("
              + unreadable
              + " octets unreadable)";
    };
  }

  /** One walk over the records of a file. */
  private static final class Scan {
    private final Path file;
    private final LogBlocks blocks;
    private long position;
    private long completeUntil;
    private long records;
    private boolean open;

    Scan(Path file, LogBlocks blocks) {
      this.file = file;
      this.blocks = blocks;
    }

    LogFile run() throws IOException {
      readOn();
      if (position >= blocks.size() && !open) {
        return result(Verdict.WHOLE, blocks.size(), 0, false);
      }
      long bad = position;
      long offset = completeUntil;
      boolean atEnd = bad >= blocks.size();
      // A record that is valid but does not belong where it stands follows what is missing.
      boolean misplaced = !atEnd && blocks.lengthAt(bad) > 0;
      boolean lost = !atEnd && !misplaced && blocks.isLostWrite(bad);
      boolean unfinished = atEnd || lost || blocks.endsEarly(bad);
      long next = misplaced ? bad : blocks.next(bad + 1);
      if (lost || next >= blocks.size()) {
        return result(Verdict.TORN, offset, blocks.size() - offset, unfinished);
      }
      return result(Verdict.DAMAGED, bad, unreadable(offset, next), unfinished);
    }

    private LogFile result(Verdict verdict, long offset, long unreadable, boolean unfinished) {
      return new LogFile(file, verdict, offset, blocks.size(), unreadable, records, unfinished);
    }

    /** Goes on to the end of the file or to the first record that is bad or out of place. */
    private void readOn() throws IOException {
      while (position < blocks.size()) {
        int length = blocks.lengthAt(position);
        if (length == 0 || !fits(blocks.typeAt(position))) {
          return;
        }
        position += length;
        if (!open) {
          records++;
          completeUntil = position;
        }
        position = blocks.behindPadding(position);
      }
    }

    /** Whether the type may come now, and what it leaves open; other types stand for themselves. */
    private boolean fits(int type) {
      boolean goesOn = type == LogBlocks.MIDDLE || type == LogBlocks.LAST;
      if (goesOn != open) {
        return false;
      }
      open = type == LogBlocks.FIRST || type == LogBlocks.MIDDLE;
      return true;
    }

    /** All octets behind a position that no complete record covers. */
    private long unreadable(long from, long next) throws IOException {
      long before = records;
      long sum = 0;
      long gap = from;
      position = next;
      while (position < blocks.size()) {
        long begin = position;
        open = false;
        completeUntil = begin;
        readOn();
        if (completeUntil > begin) {
          sum += begin - gap;
          gap = completeUntil;
        }
        position = blocks.next(Math.max(position, begin + 1));
      }
      records = before;
      return blocks.behindPadding(gap) < blocks.size() ? sum + blocks.size() - gap : sum;
    }
  }
}
