/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.smtp;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import javax.mail.MessagingException;
import org.apache.james.core.MailAddress;
import org.apache.james.core.MaybeSender;
import org.apache.james.protocols.smtp.MailEnvelope;
import org.apache.james.server.core.MimeMessageInputStream;
import org.apache.mailet.Mail;

/** A mail as protocol level hooks see it. */
record ReceivedEnvelope(Mail mail, OutputStream body) implements MailEnvelope {
  @Override
  public long getSize() {
    try {
      return mail.getMessageSize();
    } catch (MessagingException e) {
      return -1;
    }
  }

  @Override
  public List<MailAddress> getRecipients() {
    return List.copyOf(mail.getRecipients());
  }

  @Override
  public MaybeSender getMaybeSender() {
    return mail.getMaybeSender();
  }

  @Override
  public OutputStream getMessageOutputStream() {
    return body;
  }

  @Override
  public InputStream getMessageInputStream() throws IOException {
    try {
      return new MimeMessageInputStream(mail.getMessage());
    } catch (MessagingException e) {
      throw new IOException("the message cannot be read", e);
    }
  }
}
