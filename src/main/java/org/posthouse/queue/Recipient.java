/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.queue;

import java.util.Locale;
import org.posthouse.spool.RecordReader;
import org.posthouse.spool.RecordWriter;

/**
 * One recipient of a queued mail, and all that an attempt changes.
 *
 * @param address the forward-path without angle brackets
 * @param state what became of it so far
 * @param notBefore next attempt, in milliseconds since the epoch
 * @param attempts made so far
 * @param domain to deliver to, lower case
 * @param profile the delivery that it waits for: two deliveries that share a queue do not take each
 *     other's mail; empty when there is only one
 */
public record Recipient(
    String address, State state, long notBefore, int attempts, String domain, String profile) {
  /** Where a recipient is on its way; the codes are on disk. */
  public enum State {
    QUEUED(1),
    DELIVERED(2),
    BOUNCED(3),
    EXPIRED(4),
    HELD(5);

    private final int code;

    State(int code) {
      this.code = code;
    }

    private static State of(long code) {
      for (State state : values()) {
        if (state.code == code) {
          return state;
        }
      }
      throw new org.posthouse.spool.SpoolException.Unreadable("unknown recipient state " + code);
    }
  }

  /** A recipient that waits for an attempt. */
  public static Recipient queued(String address, long notBefore, int attempts) {
    return new Recipient(address, State.QUEUED, notBefore, attempts, domainOf(address), "");
  }

  public Recipient withNotBefore(long millis) {
    return new Recipient(address, state, millis, attempts, domain, profile);
  }

  byte[] toRecord() {
    return new RecordWriter(address.length() + domain.length() + 24)
        .text(address)
        .number(state.code)
        .number(notBefore)
        .number(attempts)
        .text(domain)
        .text(profile)
        .toRecord();
  }

  static Recipient read(byte[] record) {
    RecordReader in = new RecordReader(record);
    return new Recipient(
        in.text(), State.of(in.number()), in.number(), in.count(), in.text(), in.text());
  }

  private static String domainOf(String address) {
    return address.substring(address.lastIndexOf('@') + 1).toLowerCase(Locale.ROOT);
  }
}
