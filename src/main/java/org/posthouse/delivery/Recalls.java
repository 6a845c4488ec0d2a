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
  /** As many of them wait in line at a time; the next are taken when half of them have gone. */
  static final int MOST_IN_LINE = 1_000;

  private static final int MOST = 20_000;
  private static final int MOST_OF_ALL = 200_000;

  private final Deque<Outgoing.Recall> remembered = new ArrayDeque<>();
  private final Site site;
  private final AtomicInteger ofAll;

  /** Whether a worker is about to take some of them, or has not ended yet. */
  private boolean working;

  Recalls(Site site) {
    this.site = site;
    this.ofAll = site.context().remembered();
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

  /** Has them offered to the site, as long as there is room for them. */
  void begin() {
    begin(MOST_IN_LINE);
  }

  /** Offers one of them: whether the site is back is seen by it. */
  void probe() {
    begin(1);
  }

  private void begin(int most) {
    synchronized (this) {
      if (working || remembered.isEmpty()) {
        return;
      }
      working = true;
    }
    site.context().workers().execute(() -> offer(most));
  }

  private void offer(int most) {
    try {
      for (int i = site.waiting(); i < most; i++) {
        Optional<Outgoing> mail = one();
        if (mail.isEmpty()) {
          return;
        }
        site.offer(mail.get());
      }
    } finally {
      synchronized (this) {
        working = false;
      }
    }
  }

  /** Takes one from its queue that is still there; may wait for the disk. */
  private Optional<Outgoing> one() {
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
