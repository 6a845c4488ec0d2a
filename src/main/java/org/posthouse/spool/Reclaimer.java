/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spool;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes room while new mail is refused for lack of it. The files of mail that has left go with a
 * flush and a compaction, and these come with new mail: without this a store that filled its disk
 * would refuse mail for ever.
 */
final class Reclaimer {
  private static final Logger LOGGER = LoggerFactory.getLogger(Reclaimer.class);
  private static final long LOOK_EVERY_MILLIS = 1_000;
  private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long PAUSE_AFTER_FAILURE_NANOS = TimeUnit.SECONDS.toNanos(60);

  /** Removes the files that nobody needs. */
  interface Work {
    /**
     * One round.
     *
     * @return whether another one may free more although nothing else was removed meanwhile
     * @throws SpoolException when it fails
     */
    boolean round();
  }

  private final Room room;
  private final LongSupplier removed;
  private final Work work;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "spool-reclaimer");
  private volatile boolean working;

  private boolean worked;
  // What a life before this one left is not counted, so the first round needs no reason.
  private boolean more = true;
  private long seen;
  private long notBefore = System.nanoTime();

  /**
   * Does not start yet.
   *
   * @param removed how many bodies were removed; compared with the time before only
   */
  Reclaimer(Room room, LongSupplier removed, Work work) {
    this.room = room;
    this.removed = removed;
    this.work = work;
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  private void run() {
    try {
      while (!closed.await(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS)) {
        look();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look() {
    if (room.hasRoom()) {
      if (worked) {
        LOGGER.info("files of mail that has left were removed, {} octets are free", room.free());
      }
      worked = false;
    } else if (System.nanoTime() - notBefore >= 0) {
      long now = removed.getAsLong();
      // A disk that others filled is not worked on again and again in vain.
      if (more || now != seen) {
        seen = now;
        round();
      }
    }
  }

  private void round() {
    long pause = PAUSE_NANOS;
    working = true;
    try {
      // After working is set: whoever stops sees one or the other.
      if (closed.getCount() > 0) {
        worked = true;
        more = work.round();
      }
    } catch (RuntimeException e) {
      // Whether the database still writes is found out by the next commit, as ever.
      LOGGER.debug("no room was made", e);
      pause = PAUSE_AFTER_FAILURE_NANOS;
      more = true;
    } finally {
      working = false;
      notBefore = System.nanoTime() + pause;
    }
  }

  /** Whether a round is under way that should be cut short before the database is closed. */
  boolean isWorking() {
    return working;
  }

  /** No round begins from now on. */
  void stop() {
    closed.countDown();
  }

  /** Waits for a round under way; after {@link #stop}. */
  void join() {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
