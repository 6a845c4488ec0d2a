/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.delivery;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import javax.mail.MessagingException;
import org.apache.james.core.MailAddress;
import org.apache.james.server.core.MailImpl;
import org.apache.mailet.DsnParameters;
import org.apache.mailet.Mail;
import org.apache.mailet.MailetContext;
import org.jspecify.annotations.Nullable;
import org.posthouse.dsn.Dsn;
import org.posthouse.dsn.DsnRet;
import org.posthouse.dsn.DsnWriter;
import org.posthouse.dsn.Original;
import org.posthouse.dsn.Report;
import org.posthouse.dsn.ReportStyle;
import org.posthouse.envelope.Xtext;
import org.posthouse.james.message.RelayMessage;
import org.posthouse.james.message.WrittenOctets;

/**
 * Sends reports about mail. A report is a mail like any other: it runs through the processors,
 * which sign it.
 */
public final class ReportSending {
  /** Octets of a returned message; of a larger one the header is returned. */
  private static final long LARGEST = 50_000;

  private final MailetContext context;
  private final DsnWriter writer;

  public ReportSending(MailetContext context, ReportStyle style) {
    this.context = context;
    this.writer = new DsnWriter(LARGEST, style);
  }

  /**
   * Sends a report.
   *
   * @throws MessagingException when it cannot be written, or the queue does not take it
   */
  public void send(Report report, Mail about) throws MessagingException {
    RelayMessage message = RelayMessage.of(about.getMessage());
    try {
      Dsn dsn =
          writer.write(
              report,
              new Original(message.headerOctets(), message.bodySize(), () -> body(message)));
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      dsn.writeBodyTo(body);
      MailImpl mail =
          MailImpl.builder()
              .name("report-" + report.id())
              .addRecipient(new MailAddress(report.reversePath()))
              .build();
      mail.setMessageNoCopy(new RelayMessage(new WrittenOctets(dsn.header(), body.toByteArray())));
      try {
        context.sendMail(mail);
      } finally {
        mail.dispose();
      }
    } catch (IOException | UncheckedIOException e) {
      throw new MessagingException("a report could not be written", e);
    }
  }

  private static InputStream body(RelayMessage message) throws IOException {
    try {
      return message.openBody();
    } catch (MessagingException e) {
      throw new IOException("the body of a mail cannot be read", e);
    }
  }

  /** The sender's identifier of a mail, which James keeps as it came; null when it gave none. */
  public static @Nullable String envid(Mail mail) {
    return mail.dsnParameters()
        .flatMap(DsnParameters::getEnvIdParameter)
        .map(DsnParameters.EnvId::asString)
        .map(Xtext::decode)
        .orElse(null);
  }

  /** How much the sender wants back of a mail; null when it did not say. */
  public static @Nullable DsnRet ret(Mail mail) {
    return mail.dsnParameters()
        .flatMap(DsnParameters::getRetParameter)
        .map(ret -> ret == DsnParameters.Ret.FULL ? DsnRet.FULL : DsnRet.HDRS)
        .orElse(null);
  }
}
