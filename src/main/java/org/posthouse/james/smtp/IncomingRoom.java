/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.smtp;

import java.util.concurrent.atomic.AtomicInteger;
import javax.inject.Inject;
import javax.inject.Singleton;
import org.posthouse.james.message.PooledOctets;

/**
 * The memory that large messages of all doors may take while they come in. Written to a file first,
 * a message goes to the disk twice.
 */
@Singleton
final class IncomingRoom {
  /** As much as this share of the heap, beside it: what is being delivered needs memory too. */
  private static final int SHARE = 8;

  private final AtomicInteger blocks;

  @Inject
  IncomingRoom() {
    this(Runtime.getRuntime().maxMemory() / SHARE);
  }

  IncomingRoom(long octets) {
    blocks = new AtomicInteger((int) (octets / PooledOctets.BLOCK));
  }

  /** Takes room for one block, where there is any. */
  boolean takeBlock() {
    if (blocks.decrementAndGet() >= 0) {
      return true;
    }
    blocks.incrementAndGet();
    return false;
  }

  void giveBack(int count) {
    blocks.addAndGet(count);
  }

  /** How many more there are. */
  int blocks() {
    return blocks.get();
  }
}
