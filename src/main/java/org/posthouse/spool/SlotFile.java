/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spool;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of records that live for moments: one write puts a record into a slot, a shorter one
 * clears it. Nothing is synced, so the file survives a kill of the process and not a loss of power.
 * What it holds must be of use only, never necessary: a failure is logged once and is no error.
 *
 * <p>A slot is CRC-32C of the record u32, its length u32, the record; it is free when these eight
 * octets are zeros. Safe for use by many threads.
 */
public final class SlotFile implements Closeable {
  private static final Logger LOGGER = LoggerFactory.getLogger(SlotFile.class);

  /** Octets of a slot: of a kind that never crosses the end of a page. */
  static final int SLOT = 1024;

  private static final int HEAD = 8;

  /** The longest record, in octets. */
  public static final int ROOM = SLOT - HEAD;

  static final int MOST_SLOTS = 1 << 16;

  private final Path path;
  private final BitSet used = new BitSet();
  private final Map<Integer, byte[]> found = new TreeMap<>();
  private final AtomicBoolean failed = new AtomicBoolean();
  private @Nullable FileChannel channel;
  private boolean closed;

  private SlotFile(Path path) {
    this.path = path;
  }

  /** Opens a file, which is made when it is missing, and reads it. Never fails. */
  public static SlotFile open(Path path) {
    SlotFile file = new SlotFile(path);
    file.read();
    return file;
  }

  /** A file that keeps nothing. */
  public static SlotFile none() {
    SlotFile file = new SlotFile(Path.of(""));
    file.closed = true;
    return file;
  }

  private void read() {
    try {
      FileChannel open = channel();
      if (open == null) {
        return;
      }
      byte[] slot = new byte[SLOT];
      for (int i = 0; i < MOST_SLOTS; i++) {
        ByteBuffer octets = ByteBuffer.wrap(slot);
        long at = (long) i * SLOT;
        while (octets.hasRemaining() && open.read(octets, at + octets.position()) > 0) {}
        if (octets.position() == 0) {
          break;
        }
        take(i, octets.flip());
      }
      open.truncate((long) used.length() * SLOT);
    } catch (IOException e) {
      failed(e);
    }
  }

  private void take(int slot, ByteBuffer octets) {
    if (octets.remaining() < HEAD) {
      return;
    }
    int sum = octets.getInt();
    int length = octets.getInt();
    if (sum == 0 && length == 0) {
      return;
    }
    byte[] record = new byte[Math.max(0, Math.min(length, octets.remaining()))];
    octets.get(record);
    if (record.length != length || sum != sum(record)) {
      LOGGER.warn("slot {} of {} is damaged, what it said is not known", slot, path);
      write(slot, ByteBuffer.allocate(HEAD));
      return;
    }
    used.set(slot);
    found.put(slot, record);
  }

  private static int sum(byte[] record) {
    CRC32C sum = new CRC32C();
    sum.update(record);
    return (int) sum.getValue();
  }

  /** The records that were there when the file was opened, by slot; these slots are in use. */
  public Map<Integer, byte[]> found() {
    return found;
  }

  /**
   * Writes a record.
   *
   * @param record {@link #ROOM} octets at most
   * @return its slot; empty when it could not be written
   */
  public OptionalInt put(byte[] record) {
    int slot = take();
    if (slot < 0 || record.length > ROOM) {
      failed(new IOException("no room for a record of " + record.length + " octets"));
      release(slot);
      return OptionalInt.empty();
    }
    ByteBuffer octets = ByteBuffer.allocate(HEAD + record.length);
    octets.putInt(sum(record)).putInt(record.length).put(record).flip();
    if (!write(slot, octets)) {
      release(slot);
      return OptionalInt.empty();
    }
    return OptionalInt.of(slot);
  }

  /** Frees a slot that is in use. */
  public void clear(int slot) {
    boolean unused = write(slot, ByteBuffer.allocate(HEAD));
    release(slot); // after the write: the next record may come at once
  }

  private synchronized int take() {
    int slot = used.nextClearBit(0);
    if (slot >= MOST_SLOTS) {
      return -1;
    }
    used.set(slot);
    return slot;
  }

  private synchronized void release(int slot) {
    if (slot >= 0) {
      used.clear(slot);
    }
  }

  private boolean write(int slot, ByteBuffer octets) {
    try {
      FileChannel open = channel();
      if (open == null) {
        return false;
      }
      int size = octets.remaining();
      if (open.write(octets, (long) slot * SLOT) < size) {
        throw new IOException("a record was written in part");
      }
      return true;
    } catch (IOException e) {
      failed(e);
      return false;
    }
  }

  /** An interrupt closes the channel under a thread that writes; the next one opens it again. */
  private synchronized @Nullable FileChannel channel() throws IOException {
    if (closed) {
      return null;
    }
    FileChannel open = channel;
    if (open == null || !open.isOpen()) {
      open =
          FileChannel.open(
              path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      channel = open;
    }
    return open;
  }

  private void failed(IOException failure) {
    if (!failed.getAndSet(true)) {
      LOGGER.warn("{} cannot be kept; this is said once: {}", path, String.valueOf(failure));
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      failed(e);
    }
  }
}
