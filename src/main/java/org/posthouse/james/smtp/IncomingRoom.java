/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.smtp;

import java.io.File;
import java.io.IOException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import javax.inject.Inject;
import javax.inject.Singleton;
import org.posthouse.james.message.PooledOctets;

/**
 * The memory that messages of all doors may take while they come in: small ones a share of the
 * heap, large ones as much beside it. Written to a file first, a message goes to the disk twice.
 */
@Singleton
final class IncomingRoom {
  /** As much as this share of the heap, beside it: what is being delivered needs memory too. */
  private static final int SHARE = 8;

  /** What a small message may have, while all of them have less than their share. */
  private static final long SMALL = 128 * 1024;

  /** What it may have beyond that, in as many sessions as there may be. */
  private static final long SMALLEST = 16 * 1024;

  /** What files leave free: the queue may be on that disk, and needs its reserve (relay.xml). */
  private static final long LEAST_FREE = 512L * 1024 * 1024;

  private final File disk = new File(System.getProperty("java.io.tmpdir"));
  private final Semaphore blocks;
  private final AtomicLong small = new AtomicLong();
  private final long mostSmall;

  @Inject
  IncomingRoom() {
    this(Runtime.getRuntime().maxMemory() / SHARE);
  }

  IncomingRoom(long octets) {
    blocks = new Semaphore((int) (octets / PooledOctets.BLOCK));
    mostSmall = octets;
  }

  /** Octets of the heap that a message may have as long as it is no large one. */
  long smallMessage() {
    return small.get() > mostSmall ? SMALLEST : SMALL;
  }

  /** A small message has so many octets more, or fewer. */
  void countSmall(long octets) {
    small.addAndGet(octets);
  }

  /**
   * Makes sure that files may take more.
   *
   * @throws IOException when half of a small disk, or 512 MiB of any other, would not be left
   */
  void requireDisk() throws IOException {
    long least = Math.min(LEAST_FREE, disk.getTotalSpace() / 2);
    if (disk.getUsableSpace() < least) {
      throw new IOException("less than " + least + " octets are free in " + disk);
    }
  }

  /** Takes room for one block, where there is any. */
  boolean takeBlock() {
    return blocks.tryAcquire();
  }

  void giveBack(int count) {
    blocks.release(count);
  }

  /** How many more there are. */
  int blocks() {
    return blocks.availablePermits();
  }
}
