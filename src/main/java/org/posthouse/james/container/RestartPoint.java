/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.container;

import java.util.List;
import javax.mail.MessagingException;
import org.apache.james.core.MailAddress;
import org.apache.james.server.core.MailImpl;
import org.apache.mailet.Attribute;
import org.apache.mailet.Mail;
import org.jspecify.annotations.Nullable;
import org.posthouse.james.message.RelayMessage;

/**
 * A mail as it was before its chains ran. A mail that is tried again starts from here: it would
 * otherwise be signed twice, or begin in the processor that failed.
 */
record RestartPoint(
    Mail mail,
    String state,
    @Nullable String errorMessage,
    List<MailAddress> recipients,
    List<Attribute> attributes,
    @Nullable RelayMessage message) {

  /** Remembers the mail, and makes its message one of ours when it can be exchanged. */
  static RestartPoint of(Mail mail) throws MessagingException {
    return new RestartPoint(
        mail,
        mail.getState(),
        mail.getErrorMessage(),
        List.copyOf(mail.getRecipients()),
        mail.attributes().toList(),
        mail instanceof MailImpl own && own.getMessage() != null ? adopt(own).shareBody() : null);
  }

  private static RelayMessage adopt(MailImpl mail) throws MessagingException {
    RelayMessage message = RelayMessage.of(mail.getMessage());
    mail.setMessageNoCopy(message);
    return message;
  }

  void restore() throws MessagingException {
    mail.setState(state);
    mail.setErrorMessage(errorMessage);
    mail.setRecipients(recipients);
    mail.removeAllAttributes();
    attributes.forEach(mail::setAttribute);
    if (message != null && mail instanceof MailImpl own) {
      own.setMessageNoCopy(message);
    }
  }

  void forget() {
    if (message != null) {
      message.dispose();
    }
  }
}
