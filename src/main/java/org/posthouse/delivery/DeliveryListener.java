/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.posthouse.queue.Recipient;
import org.posthouse.smtp.Answer;
import org.posthouse.smtp.TlsSession;

/**
 * Hears of every step of delivery, on whatever thread it happens; must return at once. No event
 * carries a credential. Mails are named by the id of their entry.
 */
public interface DeliveryListener {
  /** Hears nothing. */
  DeliveryListener NONE = new DeliveryListener() {};

  /** A mail is in the line of its site. */
  default void queued(Place place, String mail) {}

  /** A host could not be reached, or does not want us; perhaps another one can be. */
  default void refused(Place place, String host, Answer answer) {}

  /**
   * A session is open.
   *
   * @param tls how it is protected; null when it is not
   * @param took since it was decided to open one
   */
  default void connected(Place place, String host, @Nullable TlsSession tls, Duration took) {}

  /** No host of a site could be reached. */
  default void unreachable(Place place, Answer answer) {}

  /** A site is left alone for a while. */
  default void backsOff(Place place, Answer answer, Duration rest) {}

  /** A site that was left alone can be reached again. */
  default void back(Place place) {}

  /** A mail goes out on a session. */
  default void sending(Place place, String mail, String host, boolean reused) {}

  /** What was answered for one recipient. */
  default void answered(Place place, String mail, Attempt.Outcome outcome) {}

  /** A transaction is over. */
  default void sent(Place place, String mail, Duration took) {}

  /**
   * The reply to a final dot was lost, perhaps with the process before this one: the mail may be
   * delivered twice. Told once for each recipient.
   */
  default void ambiguous(Place place, String mail) {}

  /** A session has ended. */
  default void disconnected(Place place, String host, int mails) {}

  /**
   * What became of a recipient is on the disk.
   *
   * @param record state, next attempt and error as they are now
   */
  default void settled(String mail, Recipient record) {}
}
