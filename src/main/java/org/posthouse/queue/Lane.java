/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.queue;

import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * All entries of one priority in one queue, in order of their due time.
 *
 * <p>Only a window of the earliest entries stands in memory. Everything up to the horizon that is
 * not being worked on is in the window; what lies beyond it is on disk only and is read when the
 * window has run empty, from the horizon on, so that entries already done (whose tombstones lie
 * before it) are never walked over again. Not safe for threads: its queue guards it.
 */
final class Lane {
  /** Highest priority; lane numbers run the other way so that the first key is the first to go. */
  static final int HIGHEST_PRIORITY = 9;

  private static final int CAPACITY = 4096;
  private static final int REFILL = 2048;

  private final TreeSet<Slot> window = new TreeSet<>();

  /** Last slot known; null when the window holds everything. */
  private @Nullable Slot horizon;

  Lane(int number) {
    horizon = Slot.first(number);
  }

  static int of(int priority) {
    return HIGHEST_PRIORITY - Math.max(0, Math.min(HIGHEST_PRIORITY, priority));
  }

  /** Reads slots from disk in order. */
  interface Disk {
    /** Up to {@code limit} slots after {@code after} that nobody works on. */
    Page read(Slot after, int limit);
  }

  /**
   * What was read.
   *
   * @param slots in order
   * @param last the last one looked at, null when the end was reached
   */
  record Page(List<Slot> slots, @Nullable Slot last) {}

  void add(Slot slot) {
    if (horizon != null && slot.compareTo(horizon) > 0) {
      return;
    }
    window.add(slot);
    if (window.size() > CAPACITY) {
      window.pollLast();
      horizon = window.last();
    }
  }

  void remove(Slot slot) {
    window.remove(slot);
  }

  /** The earliest entry, or null when the lane is empty. */
  @Nullable Slot head(Disk disk) {
    while (window.isEmpty() && horizon != null) {
      Page page = disk.read(horizon, REFILL);
      window.addAll(page.slots());
      horizon = page.last();
    }
    return window.isEmpty() ? null : window.first();
  }
}
