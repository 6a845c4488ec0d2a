/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.envelope;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * By when a mail is to be delivered (DELIVERBY, RFC 2852).
 *
 * @param deadline in milliseconds since the epoch, whatever the time that a host was told is
 *     relative to
 * @param mode what happens then
 * @param trace whether the sender hears of each host that takes the mail on
 * @param passed whether the deadline had passed when the mail came: then a host before us has told
 *     of it
 */
public record DeliverBy(long deadline, Mode mode, boolean trace, boolean passed) {
  /** What happens to a mail that is not delivered in time. */
  public enum Mode {
    /** The sender hears that it takes longer, and attempts go on. */
    NOTIFY('N'),
    /** It is returned. */
    RETURN('R');

    private final char code;

    Mode(char code) {
      this.code = code;
    }
  }

  /** RFC 2852: nine digits. */
  private static final long MOST_SECONDS = 999_999_999;

  /** The last attempt begins so long before the deadline, so that it may come to an end. */
  private static final long LAST_ATTEMPT_MILLIS = 30_000;

  private static final Pattern BY = Pattern.compile("([-+]?[0-9]{1,9});([NRnr])([Tt]?)");
  private static final Pattern STORED = Pattern.compile("(-?[0-9]{1,18});([NR])(T?)(P?)");

  /**
   * Reads the value of BY.
   *
   * @param now when the client said so, in milliseconds since the epoch
   * @throws IllegalArgumentException with what is wrong, for the client
   */
  public static DeliverBy parse(String value, long now) {
    Matcher matcher = BY.matcher(value);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("BY is a number of seconds, a semicolon, N or R, and T");
    }
    long seconds = Long.parseLong(matcher.group(1));
    Mode mode = mode(matcher.group(2));
    if (mode == Mode.RETURN && seconds <= 0) {
      throw new IllegalArgumentException("A mail to be returned has at least one second");
    }
    boolean trace = !matcher.group(3).isEmpty();
    return new DeliverBy(now + seconds * 1000, mode, trace, seconds <= 0);
  }

  private static Mode mode(String letter) {
    return letter.toUpperCase(Locale.ROOT).equals("R") ? Mode.RETURN : Mode.NOTIFY;
  }

  /** What {@link #toString} has written; empty for anything else. */
  public static Optional<DeliverBy> read(String text) {
    Matcher matcher = STORED.matcher(text);
    return matcher.matches()
        ? Optional.of(
            new DeliverBy(
                Long.parseLong(matcher.group(1)),
                mode(matcher.group(2)),
                !matcher.group(3).isEmpty(),
                !matcher.group(4).isEmpty()))
        : Optional.empty();
  }

  /** Whether it is returned when it cannot be delivered in time. */
  public boolean returns() {
    return mode == Mode.RETURN;
  }

  /** Whether a mail that was not delivered by now, in milliseconds, is returned. */
  public boolean returnsAt(long now) {
    return returns() && now >= deadline;
  }

  /**
   * Whether the sender is to be told now that it takes longer. Times are in milliseconds since the
   * epoch.
   *
   * @param before when the mail was looked at before; 0 for never
   */
  public boolean notifiesAt(long now, long before) {
    return !returns() && !passed && now >= deadline && before < deadline;
  }

  /**
   * When a mail that waits is to be looked at again: nobody sleeps over the deadline, and of a mail
   * to be returned the last attempt comes before it. Times are in milliseconds since the epoch.
   *
   * @param due when its next attempt would be
   */
  public long bounds(long now, long due) {
    if (due < deadline || now >= deadline) {
      return due;
    }
    boolean again = returns() && deadline - now > 2 * LAST_ATTEMPT_MILLIS;
    return again ? deadline - LAST_ATTEMPT_MILLIS : deadline;
  }

  /** Whole seconds that are left, rounded down so that no host has longer than was asked for. */
  public long rest(long now) {
    long seconds = Math.floorDiv(deadline - now, 1000L);
    return Math.max(-MOST_SECONDS, Math.min(MOST_SECONDS, seconds));
  }

  /** The value of BY for the next host. */
  public String value(long now) {
    return rest(now) + ";" + mode.code + (trace ? "T" : "");
  }

  /** As it is stored. */
  @Override
  public String toString() {
    return deadline + ";" + mode.code + (trace ? "T" : "") + (passed ? "P" : "");
  }
}
