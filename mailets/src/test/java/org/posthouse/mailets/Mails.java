/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import java.util.List;
import org.apache.james.core.MailAddress;
import org.apache.james.core.MaybeSender;
import org.apache.james.server.core.MailImpl;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeName;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;
import org.apache.mailet.base.test.FakeMailContext.SentMail;

/** Mails as every James has them. */
final class Mails {
  static final String STATE = "lists";
  static final String HEADER = "Subject: s\r\nFrom: News <news@example.com>\r\n";

  private Mails() {}

  /** A stranger's mail; an empty sender is the null one. */
  static MailImpl strangers(String sender, String... recipients) throws Exception {
    MailImpl mail =
        MailImpl.builder()
            .name("m")
            .sender(MaybeSender.getMailSender(sender))
            .addRecipients(recipients)
            .state(STATE)
            .mimeMessage(Messages.parse(HEADER + "\r\nbody\r\n"))
            .build();
    set(mail, "org.posthouse.right", "local");
    return mail;
  }

  /** A mail whose client logged in. */
  static MailImpl known(String sender, String... recipients) throws Exception {
    MailImpl mail = strangers(sender, recipients);
    set(mail, "org.posthouse.right", "login");
    return mail;
  }

  static void set(Mail mail, String name, String value) {
    mail.setAttribute(new Attribute(AttributeName.of(name), AttributeValue.of(value)));
  }

  static String sender(Mail mail) {
    return mail.getMaybeSender().asString("");
  }

  static List<String> recipients(Mail mail) {
    return mail.getRecipients().stream().map(MailAddress::asString).toList();
  }

  static List<String> recipients(SentMail mail) {
    return mail.getRecipients().stream().map(MailAddress::asString).toList();
  }

  static MailAddress address(String text) {
    try {
      return new MailAddress(text);
    } catch (javax.mail.internet.AddressException e) {
      throw new IllegalArgumentException(e);
    }
  }

  static boolean isOwn(Mail mail) {
    return mail.getAttribute(Mail.SENT_BY_MAILET_ATTRIBUTE.getName()).isPresent();
  }

  /** The reason of a refused mail; empty when it was not refused. */
  static String deliveryError(Mail mail) {
    return mail.getAttribute(AttributeName.of(LoopGuard.DELIVERY_ERROR))
        .map(attribute -> String.valueOf(attribute.getValue().value()))
        .orElse("");
  }
}
