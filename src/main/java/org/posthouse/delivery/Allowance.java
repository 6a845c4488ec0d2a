/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery;

import java.util.concurrent.ScheduledExecutorService;

/**
 * The connections and the rate that sites have together: all that one source has of one
 * destination.
 */
final class Allowance {
  private final Limits limits;
  private final ConnectionBudget connections;
  private final Pace pace;
  private int sites;

  /**
   * An allowance.
   *
   * @param spent transactions that its rate begins with less
   */
  Allowance(Limits limits, double spent, ScheduledExecutorService timer) {
    this.limits = limits;
    // Among several sites those that took mail go on while others are silent.
    this.connections =
        limits.destination().isEmpty()
            ? new ConnectionBudget(limits.connections(), 0)
            : ConnectionBudget.keepingSome(limits.connections());
    this.pace = new Pace(limits.rate(), spent, timer);
  }

  Limits limits() {
    return limits;
  }

  ConnectionBudget connections() {
    return connections;
  }

  Pace pace() {
    return pace;
  }

  /** One site more has it. */
  Allowance joined() {
    sites++;
    return this;
  }

  /** One site less. */
  Allowance left() {
    sites--;
    return this;
  }

  /** Whether a new one would be the same. */
  boolean isUnused() {
    return sites == 0 && pace.spent() <= 0;
  }
}
