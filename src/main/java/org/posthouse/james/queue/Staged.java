/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.queue;

import java.time.Duration;
import java.util.List;
import org.apache.james.transport.mailets.remote.delivery.Bouncer;
import org.apache.mailet.Mail;

/**
 * A mail that was enqueued while an item was worked on.
 *
 * @param recipients their addresses
 * @param delay until it is due
 * @param bounce whether it reports a failed delivery
 */
record Staged(List<String> recipients, Duration delay, boolean bounce) {
  static Staged of(Mail mail, Duration delay) {
    boolean bounce = mail.getAttribute(Bouncer.DELIVERY_ERROR).isPresent();
    return new Staged(Addresses.texts(mail.getRecipients()), delay, bounce);
  }
}
