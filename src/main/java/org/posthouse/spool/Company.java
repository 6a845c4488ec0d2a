/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spool;

/**
 * How many commits a sync is worth waiting for, learnt from how many came before. Two threads that
 * commit in turns never make three, so to wait for a third would only cost them time; of twenty a
 * few come in any moment.
 *
 * <p>When as many came as were wanted for long enough, one more is tried; when too few came several
 * times, no more are wanted than came, and the next trial is put off for twice as long.
 */
final class Company {
  /** So many are enough for any disk. */
  static final int MOST = 8;

  private static final int FIRST_TRIAL = 16;
  private static final int LAST_TRIAL = 512;
  private static final int MISSES = 4;

  private int wanted = 1;
  private int hits;
  private int misses;
  private int best;
  private int trialAfter = FIRST_TRIAL;

  /** From 1, which is no company, to {@value #MOST}. */
  int wanted() {
    return wanted;
  }

  /** So many commits shared a sync, at least one. */
  void came(int commits) {
    if (commits >= wanted) {
      hit(commits);
    } else {
      miss(commits);
    }
  }

  private void hit(int commits) {
    misses = 0;
    best = 0;
    hits++;
    if (commits > wanted) {
      wanted = Math.min(MOST, commits);
      hits = 0;
      trialAfter = FIRST_TRIAL;
    } else if (hits >= trialAfter && wanted < MOST) {
      wanted++;
      hits = 0;
    }
  }

  private void miss(int commits) {
    hits = 0;
    best = Math.max(best, commits);
    misses++;
    if (misses >= MISSES) {
      wanted = best;
      misses = 0;
      best = 0;
      trialAfter = Math.min(LAST_TRIAL, 2 * trialAfter);
    }
  }
}
