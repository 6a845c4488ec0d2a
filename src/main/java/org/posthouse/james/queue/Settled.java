/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.queue;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.posthouse.delivery.Attempt;
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

  /** Whether he has got it. */
  public boolean isDelivered() {
    return record.state() == Recipient.State.DELIVERED;
  }
}
