/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spool;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Gives ids: microseconds since the epoch, or one more than the last when the clock did not move or
 * went back. So that ids also grow over a restart under a clock that was set back, the store keeps
 * a lease: an id above it is never in the store before a higher lease is. The one thread that
 * writes to the store sees to that.
 */
final class Ids {
  static final byte[] LEASE_KEY = "ids-until".getBytes(StandardCharsets.US_ASCII);
  private static final long LEASE_MICROS = 60_000_000;

  private final Clock clock;
  private final AtomicLong last;
  private long leased;

  Ids(Clock clock, long leasedBefore) {
    this.clock = clock;
    this.last = new AtomicLong(leasedBefore);
    this.leased = leasedBefore;
  }

  SpoolId next() {
    long now = ChronoUnit.MICROS.between(java.time.Instant.EPOCH, clock.instant());
    return new SpoolId(last.updateAndGet(before -> Math.max(before + 1, now)));
  }

  /** The lease that the next write must carry; 0 when the stored one covers all ids so far. */
  long leaseToWrite() {
    long given = last.get();
    return given > leased ? given + LEASE_MICROS : 0;
  }

  /** A write that carried this lease (not 0) is in the store. */
  void leased(long until) {
    leased = until;
  }
}
