/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Spreads the transactions of some sites over time; those that wait for one take turns. */
final class Pace {
  private final boolean limited;
  private final TokenBucket bucket;
  private final ScheduledExecutorService timer;
  private final Set<Waiter> waiting = new LinkedHashSet<>();

  /** Who may take the next one; null when nobody waits. */
  private @Nullable Waiter turn;

  private boolean timed;
  private long begun;

  /**
   * A pace.
   *
   * @param rate null for no limit
   * @param spent transactions that it begins with less
   */
  Pace(Limits.@Nullable Rate rate, double spent, ScheduledExecutorService timer) {
    this.limited = rate != null;
    this.bucket = new TokenBucket(rate, spent, System.nanoTime());
    this.timer = timer;
  }

  /** Whether a site may begin a transaction; else it is told when that may be so. */
  boolean isOpenTo(Waiter waiter) {
    return !limited || isOpen(waiter, false);
  }

  /** Begins a transaction, if it may. */
  boolean take(Waiter waiter) {
    return !limited || isOpen(waiter, true);
  }

  private synchronized boolean isOpen(Waiter waiter, boolean take) {
    long wait = bucket.untilNext(System.nanoTime());
    boolean isNext = turn == null ? waiting.isEmpty() : turn.equals(waiter);
    if (wait > 0 || !isNext) {
      waiting.add(waiter);
      wakeIn(wait);
      return false;
    }
    if (take) {
      bucket.take();
      begun++;
      turn = null;
    }
    return true;
  }

  private void wakeIn(long nanos) {
    if (!timed) {
      timed = true;
      ScheduledFuture<?> unused = timer.schedule(this::wake, nanos, TimeUnit.NANOSECONDS);
    }
  }

  /** One after the other has a turn, whether it makes use of it or not. */
  private void wake() {
    for (Waiter next = next(); next != null; next = next()) {
      next.pump();
    }
  }

  private synchronized @Nullable Waiter next() {
    timed = false;
    turn = null;
    long wait = bucket.untilNext(System.nanoTime());
    if (waiting.isEmpty()) {
      return null;
    }
    if (wait > 0) {
      wakeIn(wait);
      return null;
    }
    turn = waiting.iterator().next();
    waiting.remove(turn);
    return turn;
  }

  /** How many nanoseconds are left until a transaction may begin; 0 when it may. */
  synchronized long untilNext() {
    return bucket.untilNext(System.nanoTime());
  }

  /** How many transactions have begun. */
  synchronized long begun() {
    return begun;
  }

  /** How many transactions there could be more at once if none had begun. */
  synchronized double spent() {
    return bucket.missing(System.nanoTime());
  }
}
