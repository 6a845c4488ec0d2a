/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spool;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * The physical records of a file in RocksDB's log format: blocks of 32 KiB, in them records of
 * checksum (4 octets), length (2), type (1), content; little-endian. A record ends within its
 * block; fewer than 7 octets at a block's end are padding. Positions are octets from the file's
 * start.
 */
final class LogBlocks implements Closeable {
  static final int HEADER = 7;
  static final int WHOLE = 1;
  static final int FIRST = 2;
  static final int MIDDLE = 3;
  static final int LAST = 4;

  private static final int BLOCK = 32 << 10;
  private static final int PAGE = 4 << 10;
  private static final int MASK = 0xa282ead8;
  private static final long SEARCHED = 64L << 20;

  /** Fewer zeros at the end of a page, with something else of the record before, may be content. */
  private static final int TELLING_ZEROS = 16;

  private final FileChannel channel;
  private final long size;
  private final ByteBuffer block = ByteBuffer.allocate(BLOCK).order(ByteOrder.LITTLE_ENDIAN);
  private long loaded = -1;

  LogBlocks(Path file) throws IOException {
    channel = FileChannel.open(file, StandardOpenOption.READ);
    size = channel.size();
  }

  long size() {
    return size;
  }

  /** The position itself, or the next block's start when only padding is left of this one. */
  long behindPadding(long position) {
    long left = BLOCK - position % BLOCK;
    return left < HEADER ? Math.min(size, position + left) : position;
  }

  /** Octets of the record at a position with its header; 0 when none is there that is valid. */
  int lengthAt(long position) throws IOException {
    int at = load(position);
    int claimed = claimed(at);
    return claimed > 0 && checksum(at, claimed) == block.getInt(at) ? claimed : 0;
  }

  /** The type of the record at a position where one is valid. */
  int typeAt(long position) throws IOException {
    return block.get(load(position) + 6) & 0xff;
  }

  /** The content of the record at a position where one is valid. */
  byte[] contentAt(long position) throws IOException {
    int at = load(position);
    return Arrays.copyOfRange(block.array(), at + HEADER, at + claimed(at));
  }

  /**
   * Where a record may begin behind one that is bad: where that one says that it ends, if a valid
   * one is there; else where the next block begins.
   */
  long mayGoOnBehind(long position) throws IOException {
    int claimed = claimed(load(position));
    long block = Math.min(size, (position / BLOCK + 1) * BLOCK);
    long behind = behindPadding(position + claimed);
    return claimed > 0 && behind < size && lengthAt(behind) > 0 ? behind : block;
  }

  /**
   * The first octets of a logical record: those had so far, and more of the record at a position.
   */
  byte[] head(byte[] before, long position, int length) throws IOException {
    int at = load(position);
    int more = Math.min(length - before.length, claimed(at) - HEADER);
    byte[] head = Arrays.copyOf(before, before.length + more);
    System.arraycopy(block.array(), at + HEADER, head, before.length, more);
    return head;
  }

  /** What the header says that the record is long, header included; 0 when it does not fit. */
  private int claimed(int at) {
    if (at + HEADER > block.limit()) {
      return 0;
    }
    int length = HEADER + (block.getShort(at + 4) & 0xffff);
    return at + length <= block.limit() ? length : 0;
  }

  private int checksum(int at, int length) {
    CRC32C crc = new CRC32C();
    crc.update(block.array(), at + 6, length - 6);
    return Integer.rotateRight((int) crc.getValue(), 15) + MASK;
  }

  /**
   * Where the next valid record that has content begins, at or behind a position; the file's size
   * when there is none. Looked for at every octet of the next 64 MiB, from there at the start of
   * each block, where an intact one has a record.
   */
  long next(long from) throws IOException {
    long position = from;
    while (position < size) {
      if (hasContent(position)) {
        return position;
      }
      boolean near = position - from < SEARCHED;
      position = near ? position + 1 : (position / BLOCK + 1) * BLOCK;
    }
    return size;
  }

  /** Types are few, so that hardly a position of ordinary content needs its checksum. */
  private boolean hasContent(long position) throws IOException {
    int at = load(position);
    if (claimed(at) <= HEADER) {
      return false;
    }
    int type = block.get(at + 6);
    return type >= WHOLE && type <= LAST && lengthAt(position) > 0;
  }

  /** Whether what stands at a position goes on beyond the end of the file. */
  boolean endsEarly(long position) throws IOException {
    int at = load(position);
    boolean last = loaded + block.limit() == size && block.limit() < BLOCK;
    return last
        && (at + HEADER > block.limit()
            || at + HEADER + (block.getShort(at + 4) & 0xffff) > block.limit());
  }

  /**
   * Whether a page of the bad record at a position was never written: zeros reach the end of the
   * page, or of the file, from where the page or the record begins, or are many. A page is the unit
   * in which the kernel writes, in any order until a sync.
   */
  boolean isLostWrite(long position) throws IOException {
    int begin = load(position);
    int claimed = claimed(begin);
    int end = claimed > 0 ? begin + claimed : block.limit();
    for (int page = begin / PAGE * PAGE; page < end; page += PAGE) {
      int first = Math.max(begin, page);
      int past = Math.min(page + PAGE, block.limit());
      int zeros = zerosBefore(past, first);
      boolean all = zeros == past - first;
      if (zeros > 0 && past - zeros < end && (all || zeros >= TELLING_ZEROS)) {
        return true;
      }
    }
    return false;
  }

  private int zerosBefore(int past, int first) {
    int at = past;
    while (at > first && block.get(at - 1) == 0) {
      at--;
    }
    return past - at;
  }

  /** Has the block of a position in memory; returns the position's place in it. */
  private int load(long position) throws IOException {
    long start = position / BLOCK * BLOCK;
    if (start != loaded) {
      loaded = -1;
      block.clear();
      int got = 0;
      while (got >= 0 && block.hasRemaining()) {
        got = channel.read(block, start + block.position());
      }
      block.flip();
      loaded = start;
    }
    return (int) (position - start);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
