/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.guess;

import java.time.Duration;
import org.posthouse.config.Settings;

/**
 * How much guessing is borne: {@code <guessing>}.
 *
 * @param firstDelay before the reply to a first failure; each further one doubles it
 * @param longestDelay what it grows to
 * @param window in which that many failures lead to a block; they are forgotten at that rate
 * @param block how long a block lasts
 * @param perAddress failures, at least 1; also those of a login at a place where it is known
 * @param perNetwork failures, at least 1
 * @param perLogin failures, at least 1
 */
public record GuessLimits(
    Duration firstDelay,
    Duration longestDelay,
    Duration window,
    Duration block,
    int perAddress,
    int perNetwork,
    int perLogin) {
  /** What holds when nothing is said. */
  public static final GuessLimits DEFAULT =
      new GuessLimits(
          Duration.ofMillis(500),
          Duration.ofSeconds(8),
          Duration.ofMinutes(10),
          Duration.ofMinutes(15),
          10,
          50,
          20);

  private static final int MOST = 1_000_000;

  /** Reads the element's content; what is wrong is added to its problems. */
  public static GuessLimits read(Settings guessing) {
    Duration day = Duration.ofDays(1);
    Duration second = Duration.ofSeconds(1);
    GuessLimits limits =
        new GuessLimits(
            // A client waits five minutes for a reply, but people do not (RFC 4954 section 4).
            guessing.duration(
                "firstDelay", Duration.ZERO, Duration.ofMinutes(1), DEFAULT.firstDelay),
            guessing.duration(
                "longestDelay", Duration.ZERO, Duration.ofMinutes(1), DEFAULT.longestDelay),
            guessing.duration("window", second, day, DEFAULT.window),
            guessing.duration("block", second, day, DEFAULT.block),
            guessing.number("perAddress", 1, MOST, DEFAULT.perAddress),
            guessing.number("perNetwork", 1, MOST, DEFAULT.perNetwork),
            guessing.number("perLogin", 1, MOST, DEFAULT.perLogin));
    if (limits.longestDelay.compareTo(limits.firstDelay) < 0) {
      guessing.problem("longestDelay", "it is shorter than firstDelay");
    }
    if (limits.perNetwork < limits.perAddress) {
      guessing.warning(
          "perNetwork", "it is less than perAddress, so that one address blocks its whole network");
    }
    return limits;
  }

  int most(Scope scope) {
    return switch (scope) {
      case ADDRESS, PLACE -> perAddress;
      case NETWORK -> perNetwork;
      case LOGIN -> perLogin;
    };
  }

  /**
   * @param failures at least 1
   */
  Duration delay(int failures) {
    // Shifted no further than a long holds.
    Duration grown = firstDelay.multipliedBy(1L << Math.min(failures - 1, 20));
    return grown.compareTo(longestDelay) < 0 ? grown : longestDelay;
  }
}
