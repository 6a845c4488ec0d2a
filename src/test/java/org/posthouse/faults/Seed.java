/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.faults;

import java.util.Random;

/** The seed of a run's random choices: printed, and set again by {@code -Dposthouse.seed=N}. */
final class Seed {

  private final long value;
  private final Random random;

  private Seed(long value) {
    this.value = value;
    this.random = new Random(value);
  }

  static Seed ofThisRun() {
    Seed seed = new Seed(Long.getLong("posthouse.seed", System.nanoTime()));
    Report.say("random choices: %s", seed);
    return seed;
  }

  Random random() {
    return random;
  }

  @Override
  public String toString() {
    return "seed " + value + " (repeat with -Dposthouse.seed=" + value + ")";
  }
}
