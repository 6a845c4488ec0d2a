/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.queue;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import javax.mail.MessagingException;
import javax.mail.Session;
import javax.mail.internet.MimeMessage;
import org.apache.james.core.MaybeSender;
import org.apache.james.server.core.MailImpl;

/** Mails that no queue has seen yet; whoever makes one disposes of it. */
final class NewMails {
  private NewMails() {}

  /**
   * A mail with one line of text.
   *
   * @param sender empty for the null reverse-path
   */
  static MailImpl from(String sender, String name, String text, String... recipients)
      throws MessagingException {
    byte[] octets = ("Subject: s\r\n\r\n" + text + "\r\n").getBytes(StandardCharsets.UTF_8);
    return MailImpl.builder()
        .name(name)
        .sender(sender.isEmpty() ? MaybeSender.nullSender() : MaybeSender.getMailSender(sender))
        .addRecipients(recipients)
        .mimeMessage(
            new MimeMessage(
                Session.getInstance(new Properties()), new ByteArrayInputStream(octets)))
        .build();
  }

  static MailImpl of(String name, String text, String... recipients) throws MessagingException {
    return from("a@example.org", name, text, recipients);
  }
}
