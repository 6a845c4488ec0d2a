/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.queue;

import java.util.List;
import javax.mail.MessagingException;
import org.apache.james.transport.mailets.remote.delivery.Bouncer;
import org.apache.mailet.Mail;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where mail of one delivery queue goes that has no sender to be told and is given up. Stock's
 * delivery just ends such an item; nothing is kept unless somebody asked for it.
 */
final class GivenUp {
  private static final Logger LOGGER = LoggerFactory.getLogger(GivenUp.class);

  private volatile RelayMailQueueFactory.@Nullable Keeper keeper;

  void keepWith(RelayMailQueueFactory.Keeper given) {
    keeper = given;
  }

  /** Called before an item ends, so that what is enqueued here commits with its end. */
  void keep(Mail mail, List<Staged> staged) {
    RelayMailQueueFactory.Keeper to = keeper;
    if (to != null && isGivenUp(mail, staged)) {
      try {
        to.keep(mail);
      } catch (MessagingException e) {
        LOGGER.warn("mail {} is tried again, it could not be kept", mail.getName(), e);
      }
    }
  }

  private static boolean isGivenUp(Mail mail, List<Staged> staged) {
    return !mail.hasSender()
        && mail.getAttribute(Bouncer.IS_DELIVERY_PERMANENT_ERROR).isPresent()
        && staged.stream().noneMatch(outcome -> outcome.kind() == Staged.Kind.DEFERRED);
  }
}
