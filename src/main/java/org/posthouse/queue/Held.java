/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.queue;

import java.util.List;

/** Mail that waits for a person: it stands in its queue at a time that never comes. */
public final class Held {
  /** Milliseconds since the epoch; the year 9999, so that everything can print it. */
  public static final long UNTIL = 253_402_300_799_000L;

  private Held() {}

  /**
   * When an entry is due next, by the records of its recipients; {@link #UNTIL} when nobody waits
   * but those who are held, 0 when nobody waits at all.
   */
  public static long nextDue(List<Recipient> recipients) {
    long next = 0;
    for (Recipient recipient : recipients) {
      long due =
          switch (recipient.state()) {
            case QUEUED -> recipient.notBefore();
            case HELD -> UNTIL;
            case DELIVERED, BOUNCED, EXPIRED, CONVERTED -> 0;
          };
      if (due > 0 && (next == 0 || due < next)) {
        next = due;
      }
    }
    return next;
  }

  /** Recipients of an entry of whom those who wait are held. */
  public static List<Recipient> all(List<Recipient> recipients, String why) {
    return recipients.stream()
        .map(recipient -> recipient.isQueued() ? recipient.held(why) : recipient)
        .toList();
  }
}
