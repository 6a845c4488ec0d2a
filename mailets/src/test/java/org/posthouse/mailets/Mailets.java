/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import javax.mail.internet.MimeMessage;
import org.apache.james.server.core.MailImpl;
import org.apache.james.server.core.MimeMessageInputStreamSource;
import org.apache.james.server.core.MimeMessageWrapper;
import org.apache.mailet.Mail;
import org.apache.mailet.base.GenericMailet;
import org.apache.mailet.base.test.FakeMail;
import org.apache.mailet.base.test.FakeMailContext;
import org.apache.mailet.base.test.FakeMailetConfig;
import org.posthouse.message.HeaderField;
import org.posthouse.message.RawHeaders;

/** Mailets with parameters, and mail as a stock James has it. */
final class Mailets {
  private Mailets() {}

  /**
   * Starts a mailet.
   *
   * @param parameters names and values by turns
   */
  static <T extends GenericMailet> T init(T mailet, String... parameters) throws Exception {
    FakeMailetConfig.Builder config =
        FakeMailetConfig.builder()
            .mailetName(mailet.getClass().getSimpleName())
            .mailetContext(FakeMailContext.defaultContext());
    for (int i = 0; i < parameters.length; i += 2) {
      config.setProperty(parameters[i], parameters[i + 1]);
    }
    mailet.init(config.build());
    return mailet;
  }

  /** Stock's own mail around stock's own message. */
  static MailImpl mail(String text, String sender, String... recipients) throws Exception {
    MimeMessage message =
        new MimeMessageWrapper(
            MimeMessageInputStreamSource.create(
                "source", new java.io.ByteArrayInputStream(text.getBytes(ISO_8859_1))));
    MailImpl.Builder builder =
        MailImpl.builder().name("Mail1").addRecipients(recipients).mimeMessage(message);
    return (sender.isEmpty() ? builder : builder.sender(sender)).build();
  }

  /** The mail of the test library. */
  static Mail fakeMail(String text) throws Exception {
    return FakeMail.builder()
        .name("Mail1")
        .state(Mail.DEFAULT)
        .sender("s@example.com")
        .recipient("r@remote.example")
        .mimeMessage(Messages.parse(text))
        .build();
  }

  static String header(Mail mail) throws Exception {
    StringBuilder header = new StringBuilder();
    for (HeaderField field : RawHeaders.of(mail.getMessage()).fields()) {
      header.append(field.line()).append("\r\n");
    }
    return header.toString();
  }
}
