/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Mails that were put off because their site is down, and that need not wait for their time when it
 * is back. Safe for use by several threads.
 */
final class Recalls {
  private static final int MOST = 20_000;
  private static final int MOST_OF_ALL = 200_000;

  private final Deque<Outgoing.Recall> remembered = new ArrayDeque<>();
  private final AtomicInteger ofAll;

  /**
   * Of one site.
   *
   * @param ofAll how many all sites remember together
   */
  Recalls(AtomicInteger ofAll) {
    this.ofAll = ofAll;
  }

  /** Those for whom there is no room go when their own time comes. */
  synchronized void remember(Outgoing.Recall recall) {
    if (remembered.size() < MOST && ofAll.get() < MOST_OF_ALL) {
      remembered.add(recall);
      ofAll.incrementAndGet();
    }
  }

  synchronized boolean isEmpty() {
    return remembered.isEmpty();
  }

  /** Takes one from its queue that is still there; may wait for the disk. */
  Optional<Outgoing> one() {
    while (true) {
      Outgoing.Recall next;
      synchronized (this) {
        next = remembered.poll();
      }
      if (next == null) {
        return Optional.empty();
      }
      ofAll.decrementAndGet();
      Optional<Outgoing> mail = next.take();
      if (mail.isPresent()) {
        return mail;
      }
    }
  }
}
