/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.smtp;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * How long a host may be silent when others wait for its connection. Its own time-outs, which are
 * minutes (RFC 5321, section 4.5.3.2), are for when nobody does: else a few thousand hosts that say
 * nothing would hold up all the others.
 *
 * @param scarce whether others wait now
 * @param most how long a host may be silent then
 */
public record Patience(BooleanSupplier scarce, Duration most) {
  /** Nobody ever waits. */
  public static final Patience ENDLESS = new Patience(() -> false, Duration.ofDays(1));

  /** Whether a host that has been silent for so long may be so no longer. */
  boolean isOver(long silentNanos) {
    return silentNanos >= most.toNanos() && scarce.getAsBoolean();
  }
}
