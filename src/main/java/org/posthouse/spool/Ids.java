/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spool;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Gives ids: microseconds since the epoch, or one more than the last when the clock did not move or
 * went back. So that ids also grow over a restart under a clock that was set back, the store keeps
 * a lease: no id above it is given before a higher lease is in a batch committed earlier or
 * together.
 */
final class Ids {
  static final byte[] LEASE_KEY = "ids-until".getBytes(StandardCharsets.US_ASCII);
  private static final long LEASE_MICROS = 60_000_000;

  /** A lease that the next batch must carry. */
  record Lease(long until) {}

  private final Clock clock;
  private final AtomicLong last;
  private final AtomicLong leased;

  Ids(Clock clock, long leasedBefore) {
    this.clock = clock;
    this.last = new AtomicLong(leasedBefore);
    this.leased = new AtomicLong(leasedBefore);
  }

  SpoolId next() {
    long now = ChronoUnit.MICROS.between(java.time.Instant.EPOCH, clock.instant());
    return new SpoolId(last.updateAndGet(before -> Math.max(before + 1, now)));
  }

  /** A new lease when the ids given so far passed the one that is stored, else null. */
  @Nullable Lease leaseToWrite() {
    long before = leased.get();
    long given = last.get();
    long until = given + LEASE_MICROS;
    return given > before && leased.compareAndSet(before, until) ? new Lease(until) : null;
  }
}
