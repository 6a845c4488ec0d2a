/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery;

import org.jspecify.annotations.Nullable;

/**
 * Spreads transactions over time: at most so many in so long, a burst of as many included. Not safe
 * for use by several threads.
 */
final class TokenBucket {
  private final int capacity;
  private final double perNano;
  private double tokens;
  private long filled;

  /**
   * A bucket.
   *
   * @param rate null for no limit
   * @param missing of a full one
   * @param now as of {@link System#nanoTime}
   */
  TokenBucket(Limits.@Nullable Rate rate, double missing, long now) {
    capacity = rate == null ? 0 : rate.count();
    perNano = rate == null ? 0 : (double) rate.count() / (double) rate.per().toNanos();
    tokens = Math.max(0, capacity - missing);
    filled = now;
  }

  /** How many nanoseconds are left until there is one; 0 when there is. */
  long untilNext(long now) {
    if (capacity == 0) {
      return 0;
    }
    fill(now);
    return tokens >= 1 ? 0 : (long) Math.ceil((1 - tokens) / perNano);
  }

  private void fill(long now) {
    tokens = Math.min(capacity, tokens + (double) (now - filled) * perNano);
    filled = now;
  }

  /** What a full one has more; 0 without a limit. */
  double missing(long now) {
    if (capacity == 0) {
      return 0;
    }
    fill(now);
    return capacity - tokens;
  }

  void take() {
    tokens--;
  }
}
