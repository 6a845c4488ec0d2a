/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.container;

import java.util.Collection;
import javax.mail.MessagingException;
import javax.mail.internet.MimeMessage;
import org.apache.james.core.MailAddress;
import org.apache.james.server.core.MailImpl;
import org.apache.mailet.Mail;
import org.posthouse.james.message.RelayMessage;

/** A mail for some of another's recipients; both share the body. */
final class MailCopy {
  private MailCopy() {}

  /** A copy in the same processor; whoever asks for it disposes it. */
  static MailImpl of(Mail mail, Collection<MailAddress> recipients) throws MessagingException {
    MailImpl copy = MailImpl.duplicateWithoutMessage(mail).build();
    MimeMessage message = mail.getMessage();
    if (message instanceof RelayMessage relay) {
      copy.setMessageNoCopy(relay.shareBody());
    } else if (message != null) {
      copy.setMessageNoCopy(RelayMessage.of(message));
    }
    copy.setRecipients(recipients);
    copy.setState(mail.getState());
    return copy;
  }
}
