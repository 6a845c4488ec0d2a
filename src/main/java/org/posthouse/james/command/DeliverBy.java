/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.command;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How soon a mail is wanted (RFC 2852).
 *
 * @param seconds from now; of a mail that is only reported late, it may have passed
 * @param orReturn whether a mail that is late goes back; else its sender is told and it goes on
 * @param trace whether the sender is told of each relay that takes it on
 */
public record DeliverBy(long seconds, boolean orReturn, boolean trace) {
  private static final Pattern VALUE = Pattern.compile("([+-]?[0-9]{1,9});([NR])(T?)");

  static DeliverBy parse(String value) {
    Matcher matcher = VALUE.matcher(value.toUpperCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new CommandRefusedException("501", "5.5.4 BY is seconds;N or seconds;R");
    }
    long seconds = Long.parseLong(matcher.group(1));
    boolean orReturn = matcher.group(2).equals("R");
    if (orReturn && seconds <= 0) {
      throw new CommandRefusedException("501", "5.5.4 BY with R must leave time");
    }
    return new DeliverBy(seconds, orReturn, !matcher.group(3).isEmpty());
  }
}
