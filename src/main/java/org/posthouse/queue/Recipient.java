/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.queue;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.posthouse.envelope.DeliverBy;
import org.posthouse.spool.RecordReader;
import org.posthouse.spool.RecordWriter;
import org.posthouse.spool.SpoolException;

/**
 * One recipient of a queued mail, and all that an attempt changes.
 *
 * @param address the forward-path without angle brackets
 * @param state what became of it so far
 * @param notBefore next attempt, in milliseconds since the epoch
 * @param attempts made so far
 * @param lastAttempt when, in milliseconds since the epoch; 0 for an entry that was written anew
 *     since
 * @param error why the last attempt failed, the next host's reply if there was one; null when it
 *     did not, or nothing is known
 * @param domain to deliver to, lower case
 * @param profile the delivery that it waits for: two deliveries that share a queue do not take each
 *     other's mail; empty when there is only one
 * @param deliverBy by when he is to have it; null when nobody has asked for that
 */
public record Recipient(
    String address,
    State state,
    long notBefore,
    int attempts,
    long lastAttempt,
    @Nullable String error,
    String domain,
    String profile,
    @Nullable DeliverBy deliverBy) {
  /** Where a recipient is on its way; the codes are on disk. */
  public enum State {
    QUEUED(1),
    DELIVERED(2),
    BOUNCED(3),
    EXPIRED(4),
    HELD(5),
    /** He goes on in another entry, whose message is another one. */
    CONVERTED(6);

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
      throw new SpoolException.Unreadable("unknown recipient state " + code);
    }
  }

  /** A recipient that waits for an attempt. */
  public static Recipient queued(
      String address, long notBefore, int attempts, String profile, @Nullable DeliverBy deliverBy) {
    return new Recipient(
        address, State.QUEUED, notBefore, attempts, 0, null, domainOf(address), profile, deliverBy);
  }

  /** Whether it waits for an attempt. */
  public boolean isQueued() {
    return state == State.QUEUED;
  }

  /** After an attempt at {@code now} that is to be repeated; times in milliseconds. */
  public Recipient deferred(long now, long until, @Nullable String why) {
    return with(State.QUEUED, until, attempts + 1, now, why, profile);
  }

  /** After nothing was tried until {@code now}; times in milliseconds. */
  public Recipient waited(long now, long until, @Nullable String why) {
    return with(State.QUEUED, until, attempts, now, why, profile);
  }

  private Recipient with(
      State how, long due, int tried, long last, @Nullable String why, String delivery) {
    return new Recipient(address, how, due, tried, last, why, domain, delivery, deliverBy);
  }

  /** After the attempt at {@code now}, in milliseconds since the epoch, that was the last one. */
  public Recipient ended(State how, long now, @Nullable String why) {
    return with(how, notBefore, attempts + 1, now, why, profile);
  }

  /** As {@link #ended}, when there was no attempt at {@code now}. */
  public Recipient endedUntried(State how, long now, @Nullable String why) {
    return with(how, notBefore, attempts, now, why, profile);
  }

  /** Until a person decides. */
  public Recipient held(String why) {
    return with(State.HELD, notBefore, attempts, lastAttempt, why, profile);
  }

  /** As before it was held. */
  public Recipient released(long due) {
    return with(State.QUEUED, due, attempts, lastAttempt, error, profile);
  }

  /** For another delivery. */
  public Recipient withProfile(String other) {
    return with(state, notBefore, attempts, lastAttempt, error, other);
  }

  public Recipient withNotBefore(long millis) {
    return with(state, millis, attempts, lastAttempt, error, profile);
  }

  byte[] toRecord() {
    RecordWriter out = new RecordWriter(address.length() + domain.length() + 32);
    out.text(address)
        .number(state.code)
        .number(notBefore)
        .number(attempts)
        .text(domain)
        .text(profile)
        .number(lastAttempt)
        .text(error);
    if (deliverBy != null) {
      out.text(deliverBy.toString());
    }
    return out.toRecord();
  }

  static Recipient read(byte[] record) {
    RecordReader in = new RecordReader(record);
    String address = in.text();
    State state = State.of(in.number());
    long notBefore = in.number();
    int attempts = in.count();
    String domain = in.text();
    String profile = in.text();
    boolean tried = !in.atEnd(); // the first builds wrote no more than this
    long lastAttempt = tried ? in.number() : 0;
    String error = tried ? in.nullableText() : null;
    DeliverBy by = in.atEnd() ? null : DeliverBy.read(in.text()).orElse(null);
    return new Recipient(
        address, state, notBefore, attempts, lastAttempt, error, domain, profile, by);
  }

  private static String domainOf(String address) {
    return address.substring(address.lastIndexOf('@') + 1).toLowerCase(Locale.ROOT);
  }
}
