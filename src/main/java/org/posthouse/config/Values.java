/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.config;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;

/** Simple values of a configuration; what is none is an IllegalArgumentException that says why. */
final class Values {
  private static final Map<String, Boolean> TRUTH =
      Map.of("true", true, "yes", true, "on", true, "false", false, "no", false, "off", false);

  private Values() {}

  static boolean truth(String text) {
    Boolean truth = TRUTH.get(text.toLowerCase(Locale.ROOT));
    if (truth == null) {
      throw new IllegalArgumentException("'" + text + "' is neither true nor false");
    }
    return truth;
  }

  static int number(String text, int least, int most) {
    if (text.matches("-?\\d{1,18}")) {
      long number = Long.parseLong(text);
      if (number >= least && number <= most) {
        return (int) number;
      }
    }
    String upTo = most == Integer.MAX_VALUE ? " or more" : " to " + most;
    throw new IllegalArgumentException("'" + text + "' is no whole number of " + least + upTo);
  }

  static Duration duration(String text, Duration least, Duration most) {
    Duration span = TimeSpan.parse(text);
    if (span.compareTo(least) < 0 || span.compareTo(most) > 0) {
      throw new IllegalArgumentException(
          "'" + text + "' is not from " + TimeSpan.text(least) + " to " + TimeSpan.text(most));
    }
    return span;
  }

  static String word(String text, String... words) {
    return Arrays.stream(words)
        .filter(text::equalsIgnoreCase)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "'" + text + "' is none of " + String.join(", ", words)));
  }

  /** As a constant of an enumeration is written. */
  static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
