/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.smtp;

import java.util.concurrent.atomic.AtomicLong;
import javax.inject.Inject;
import javax.inject.Singleton;

/**
 * The memory that messages of all doors may take while they come in, beyond what every session may
 * have. Written to a file first, a message goes to the disk twice.
 */
@Singleton
final class IncomingRoom {
  /** The share of the heap: what is being delivered or rewritten needs memory too. */
  private static final int SHARE = 8;

  private final AtomicLong left;

  @Inject
  IncomingRoom() {
    this(Runtime.getRuntime().maxMemory() / SHARE);
  }

  IncomingRoom(long octets) {
    left = new AtomicLong(octets);
  }

  /** Takes so many octets, all or none. */
  boolean take(long octets) {
    if (left.addAndGet(-octets) >= 0) {
      return true;
    }
    left.addAndGet(octets);
    return false;
  }

  void giveBack(long octets) {
    left.addAndGet(octets);
  }
}
