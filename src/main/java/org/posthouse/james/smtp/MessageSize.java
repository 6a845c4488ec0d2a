/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.smtp;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code maxmessagesize}, read as stock does. */
final class MessageSize {
  private static final Pattern FORM = Pattern.compile("(\\d{1,12})([bkmgBKMG]?)");

  private MessageSize() {}

  /**
   * Octets; 0 for no limit.
   *
   * @throws IllegalArgumentException when stock could not read it
   */
  static long parse(String text) {
    if (text.equalsIgnoreCase("unlimited")) {
      return 0;
    }
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is no size; write a number of KiB, or a number with B, K, M or G: 25M");
    }
    int shift =
        switch (matcher.group(2).toLowerCase(Locale.ROOT)) {
          case "b" -> 0;
          case "m" -> 20;
          case "g" -> 30;
          default -> 10;
        };
    long number = Long.parseLong(matcher.group(1));
    if (number > Long.MAX_VALUE >> shift) {
      throw new IllegalArgumentException("'" + text + "' is more than any mail");
    }
    return number << shift;
  }
}
