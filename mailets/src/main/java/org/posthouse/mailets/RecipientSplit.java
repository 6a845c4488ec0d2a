/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import javax.mail.MessagingException;
import org.apache.james.core.MailAddress;
import org.apache.james.lifecycle.api.LifecycleUtil;
import org.apache.mailet.Mail;
import org.apache.mailet.MailetContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes one mail for each recipient. The mail itself keeps its first recipient; a copy for each
 * other one, with all attributes, enters the processor that the mail is in from its begin. A crash
 * in between can send a copy twice, and loses none.
 *
 * @param most recipients of a mail that is split
 */
record RecipientSplit(MailetContext context, String mailet, int most) {
  private static final Logger LOGGER = LoggerFactory.getLogger(RecipientSplit.class);

  /** Whether the mail has a single recipient now; why not is in the log. */
  boolean toOne(Mail mail) throws MessagingException {
    List<MailAddress> left = new ArrayList<>(new LinkedHashSet<>(mail.getRecipients()));
    if (left.size() > 1 && !maySplit(mail, left.size())) {
      return false;
    }
    while (left.size() > 1) {
      send(mail, left.remove(left.size() - 1));
      mail.setRecipients(List.copyOf(left)); // who has a copy is not sent another after a failure
    }
    return left.size() == 1;
  }

  /** Copies become the host's own mail, with all rights. */
  private boolean maySplit(Mail mail, int recipients) {
    if (!RelayRights.mayRelay(mail)) {
      LOGGER.warn(
          "mailet {}: mail {} passes as it is: its client has no right to relay, and it has {}"
              + " recipients",
          mailet,
          mail.getName(),
          recipients);
      return false;
    }
    if (recipients > most) {
      LOGGER.warn(
          "mailet {}: mail {} passes as it is: it has {} recipients, and maxRecipients is {}",
          mailet,
          mail.getName(),
          recipients,
          most);
      return false;
    }
    return true;
  }

  private void send(Mail mail, MailAddress recipient) throws MessagingException {
    Mail copy = mail.duplicate();
    try {
      copy.setRecipients(List.of(recipient));
      context.sendMail(copy, Objects.requireNonNullElse(mail.getState(), Mail.DEFAULT));
    } finally {
      LifecycleUtil.dispose(copy);
    }
  }
}
