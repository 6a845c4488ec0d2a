/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery;

/**
 * When to come back for those who find no room in the line of a site: one after the other, as fast
 * as the site has taken mail lately, so that most are put back once. Not safe for use by several
 * threads.
 */
final class Bookings {
  private static final long SOONEST_MILLIS = 5_000;
  private static final long LATEST_MILLIS = 600_000;

  /** Of what a site is taken to do before it is known. */
  private static final double FIRST_PER_SECOND = 50;

  private static final double LEAST_PER_SECOND = 0.5;
  private static final double WEIGHT = 0.1;

  private double perSecond = FIRST_PER_SECOND;
  private int done;
  private long ticked;

  /** Milliseconds since the epoch; with fractions, since many fit into one. */
  private double booked;

  /** A transaction is over. */
  void done() {
    done++;
  }

  /**
   * Called now and then.
   *
   * @param busy whether the site had something to do, without which its speed is not seen
   */
  void tick(long now, boolean busy) {
    if (ticked > 0 && busy && now > ticked) {
      double seen = done * 1000.0 / (double) (now - ticked);
      perSecond = Math.max(LEAST_PER_SECOND, perSecond + WEIGHT * (seen - perSecond));
    }
    ticked = now;
    done = 0;
  }

  /**
   * Milliseconds until the next one may come.
   *
   * @param ahead of him in line
   */
  long next(long now, int ahead) {
    double earliest = (double) now + ahead / perSecond * 500; // when half of the line has gone
    booked = Math.max(booked, earliest) + 1000 / perSecond;
    long wait = (long) (booked - (double) now);
    return Math.max(SOONEST_MILLIS, Math.min(LATEST_MILLIS, wait));
  }
}
