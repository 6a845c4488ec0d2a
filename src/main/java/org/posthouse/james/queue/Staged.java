/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.queue;

import java.time.Duration;
import java.util.List;
import org.apache.james.core.MailAddress;
import org.apache.james.transport.mailets.remote.delivery.Bouncer;
import org.apache.mailet.Mail;

/**
 * What a delivery enqueued while it worked on an item.
 *
 * @param kind what that means for the recipients
 * @param recipients of the item whom it concerns
 * @param delay until it is due
 */
record Staged(Kind kind, List<MailAddress> recipients, Duration delay) {
  enum Kind {
    DEFERRED,
    BOUNCED,
    /** Nothing went wrong with anybody, such as a mail to the processor for successes. */
    OTHER
  }

  /**
   * Tells a retry, which is the item's mail in a queue for delivery, from a bounce: that mail in
   * the spool queue with an error, or another one with the null reverse-path. Stock sets the
   * recipients that failed before it does either.
   */
  static Staged of(Mail worked, Mail mail, boolean toProcessors, Duration delay) {
    return new Staged(kind(worked, mail, toProcessors), List.copyOf(worked.getRecipients()), delay);
  }

  private static Kind kind(Mail worked, Mail mail, boolean toProcessors) {
    boolean same = mail == worked;
    if (!toProcessors) {
      return same ? Kind.DEFERRED : Kind.OTHER;
    }
    // Mail without a sender is never bounced: what is sent on of it is for the processor of
    // successes.
    boolean bounce =
        same
            ? mail.getAttribute(Bouncer.DELIVERY_ERROR).isPresent()
            : worked.hasSender() && !mail.hasSender();
    return bounce ? Kind.BOUNCED : Kind.OTHER;
  }
}
