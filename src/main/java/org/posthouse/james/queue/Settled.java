/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.queue;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.posthouse.delivery.Attempt;
import org.posthouse.envelope.DeliverBy;
import org.posthouse.queue.Recipient;

/**
 * What an attempt made of a recipient.
 *
 * @param record as it is now
 * @param error why he has not got the mail; null when he has
 * @param next time until the next attempt; zero without
 * @param late whether the sender has to hear now that it takes long
 */
public record Settled(
    Recipient record,
    Attempt.Outcome outcome,
    @Nullable String error,
    Duration next,
    boolean late) {
  /** Whether he will not get it. */
  public boolean isFailed() {
    return record.state() == Recipient.State.BOUNCED || record.state() == Recipient.State.EXPIRED;
  }

  /** Whether he is to get it in 7 bits, since the next host takes no others. */
  public boolean isConverted() {
    return record.state() == Recipient.State.CONVERTED;
  }

  /**
   * Whether his sender hears that a host has it: he asked for a trace, or to be told of a time that
   * this host does not keep (RFC 2852).
   */
  public boolean tellsOfRelay() {
    DeliverBy by = record.deliverBy();
    Attempt.Peer peer = outcome.peer();
    boolean isKept = peer != null && peer.deliverBy();
    return isDelivered() && by != null && (by.trace() || (!by.returns() && !isKept));
  }

  /** Whether the time is over that he was to have it in. */
  public boolean isTooLate() {
    DeliverBy by = record.deliverBy();
    return by != null && record.lastAttempt() >= by.deadline();
  }

  /** Whether he has got it. */
  public boolean isDelivered() {
    return record.state() == Recipient.State.DELIVERED;
  }
}
