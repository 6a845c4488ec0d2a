/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.command;

import java.time.Duration;
import org.posthouse.config.DataSize;
import org.posthouse.config.TimeSpan;

/**
 * How fast a message must come at least.
 *
 * @param octets that must come within each span; 0 is no bound
 */
public record LeastSpeed(long octets, Duration within) {
  static final LeastSpeed NONE = new LeastSpeed(0, Duration.ofMinutes(1));

  /** Reads {@code 6 kB / 1 min}, or {@code none}. */
  static LeastSpeed parse(String text) {
    if (text.equalsIgnoreCase("none")) {
      return NONE;
    }
    String[] parts = text.split("/", -1);
    if (parts.length != 2) {
      throw new IllegalArgumentException(
          "'" + text + "' is no speed; write a size, a slash and a time, such as 6 kB / 1 min");
    }
    Duration within = TimeSpan.parse(parts[1]);
    if (within.compareTo(Duration.ofSeconds(1)) < 0) {
      throw new IllegalArgumentException("'" + text + "': the time is at least 1 s");
    }
    return new LeastSpeed(DataSize.parse(parts[0]).octets(), within);
  }

  public boolean isBound() {
    return octets > 0;
  }
}
