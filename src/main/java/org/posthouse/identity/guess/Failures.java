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

  /** How many blocks there were; one that was ended before its time counts twice. */
  private int block;

  Failures(int most, long windowNanos, long blockNanos, long now) {
    this.most = most;
    this.perNano = (double) most / windowNanos;
    this.blockNanos = blockNanos;
    this.levelAt = now;
  }

  /**
   * Counts one.
   *
   * @return the number of the block that begins with it; 0 where none does
   */
  synchronized int add(long now) {
    level = level(now) + 1;
    levelAt = now;
    if (Math.ceil(level) < most || blockedFor(now) > 0) {
      return 0;
    }
    blocked = true;
    blockedUntil = now + blockNanos;
    level = 0;
    return ++block;
  }

  /** Whether no other block has come since, and nobody has ended this one. */
  synchronized boolean isLast(int number) {
    return block == number;
  }

  /**
   * Forgets all of it.
   *
   * @return whether a block ends with that
   */
  synchronized boolean forgive(long now) {
    boolean ends = blockedFor(now) > 0;
    level = 0;
    blocked = false;
    block += ends ? 1 : 0;
    return ends;
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
