/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.guess;

/**
 * The failures of one subject; they leak away at the rate that the limit is reached in a window.
 */
final class Failures {
  private final int most;
  private final double perNano;
  private final long blockNanos;
  private double level;
  private long levelAt;
  private boolean blocked;
  private long blockedUntil;

  Failures(int most, long windowNanos, long blockNanos, long now) {
    this.most = most;
    this.perNano = (double) most / windowNanos;
    this.blockNanos = blockNanos;
    this.levelAt = now;
  }

  /**
   * Counts one.
   *
   * @return whether a block begins with it
   */
  synchronized boolean add(long now) {
    level = level(now) + 1;
    levelAt = now;
    if (Math.ceil(level) < most || blockedFor(now) > 0) {
      return false;
    }
    blocked = true;
    blockedUntil = now + blockNanos;
    level = 0;
    return true;
  }

  /** Forgets all of it. */
  synchronized void forgive() {
    level = 0;
    blocked = false;
  }

  /** Failures that are not forgotten, rounded up. */
  synchronized int count(long now) {
    return (int) Math.ceil(level(now));
  }

  private double level(long now) {
    return Math.max(0, level - (now - levelAt) * perNano);
  }

  /** Nanoseconds for which it is still blocked; 0 when it is not. */
  synchronized long blockedFor(long now) {
    if (blocked && blockedUntil - now <= 0) {
      blocked = false;
    }
    return blocked ? blockedUntil - now : 0;
  }
}
