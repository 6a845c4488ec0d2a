/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery;

import java.time.Duration;
import org.posthouse.smtp.Answer;

/**
 * Hears of every step of delivery; must return at once. Sites are named by their first host; no
 * event carries a credential.
 */
public interface DeliveryListener {
  /** Hears nothing. */
  DeliveryListener NONE = new DeliveryListener() {};

  /** A mail waits for its site. */
  default void waits(String site, String mail) {}

  /** A session is open. */
  default void connected(String site, String host, String protection, Duration took) {}

  /** No host of a site could be reached. */
  default void unreachable(String site, Answer answer) {}

  /** A site is left alone for a while. */
  default void suspended(String site, Answer answer, Duration until) {}

  /** A site that was left alone takes mail again. */
  default void back(String site) {}

  /** A host has answered for one recipient. */
  default void attempted(
      String site, String mail, Attempt.Outcome outcome, Duration took, boolean reused) {}

  /** The reply to a final dot was lost: it may be delivered twice. */
  default void ambiguous(String site, String mail) {}

  /** A session has ended. */
  default void disconnected(String site, int mails) {}
}
