/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.smtp;

import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import javax.mail.MessagingException;
import org.apache.james.core.MailAddress;
import org.apache.james.core.MaybeSender;
import org.apache.james.protocols.api.ProtocolSession.State;
import org.apache.james.protocols.smtp.SMTPSession;
import org.apache.james.queue.api.MailPrioritySupport;
import org.apache.james.server.core.MailImpl;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeName;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;
import org.posthouse.envelope.OctetSearch;
import org.posthouse.identity.rights.Decision;
import org.posthouse.james.command.Admission;
import org.posthouse.james.command.BodyType;
import org.posthouse.james.command.MailTransaction;
import org.posthouse.james.command.RelaySession;
import org.posthouse.james.message.Needs;
import org.posthouse.james.message.OriginalRecipients;
import org.posthouse.james.message.RelayMessage;
import org.posthouse.james.rights.RightRecord;
import org.posthouse.james.rights.SenderCheck;
import org.posthouse.matchers.RightAttributes;

/** The mail that a session hands over, with what is known of it beside its message. */
final class ReceivedMail {
  private static final AttributeName ARRIVAL = AttributeName.of("dsn-arrival-date");

  private ReceivedMail() {}

  static MailImpl of(RelaySession session, String name) {
    List<MailAddress> recipients =
        session.getAttachment(SMTPSession.RCPT_LIST, State.Transaction).orElse(List.of());
    MaybeSender sender =
        session
            .getAttachment(SMTPSession.SENDER, State.Transaction)
            .orElse(MaybeSender.nullSender());
    MailImpl mail = MailImpl.builder().name(name).sender(sender).addRecipients(recipients).build();
    addClient(session, mail);
    addWishes(session.transaction(), mail);
    return mail;
  }

  /** The names are stock's. The client's own name is not looked up: that would wait for the DNS. */
  private static void addClient(RelaySession session, MailImpl mail) {
    String address = session.clientAddress();
    mail.setRemoteHost(address);
    mail.setRemoteAddr(address);
    set(mail, Mail.SMTP_SESSION_ID, session.getSessionID());
    session
        .getAttachment(SMTPSession.CURRENT_HELO_NAME, State.Connection)
        .ifPresent(helo -> set(mail, Mail.SMTP_HELO, helo));
  }

  private static void addWishes(MailTransaction transaction, MailImpl mail) {
    transaction.dsn().ifPresent(mail::setDsnParameters);
    OriginalRecipients.add(mail, transaction.originalRecipients());
    mail.setAttribute(
        new Attribute(ARRIVAL, AttributeValue.of(ZonedDateTime.now(ZoneId.systemDefault()))));
    transaction.priority().ifPresent(priority -> setPriority(mail, priority));
    transaction.deliverBy().ifPresent(by -> Needs.add(mail, by));
    if (transaction.body() == BodyType.BINARY) {
      Needs.BINARYMIME.add(mail);
    }
  }

  /** RFC 6710 has 19 priorities, from -9; queues have ten, from 0. */
  private static void setPriority(MailImpl mail, int priority) {
    mail.setAttribute(new Attribute(Needs.PRIORITY, AttributeValue.of(priority)));
    mail.setAttribute(
        new Attribute(MailPrioritySupport.MAIL_PRIORITY, AttributeValue.of((priority + 10) / 2)));
  }

  /** By which right it was taken, and what a rule has put in the place of what was sent. */
  static void admit(RelaySession session, MailImpl mail, Admission admission, Decision header)
      throws MessagingException {
    RightRecord.write(mail, admission.right());
    session.pseudonym().ifPresent(pseudonym -> set(mail, RightAttributes.PSEUDONYM, pseudonym));
    SenderCheck.applySender(mail, admission.sender());
    SenderCheck.applyHeader(mail, header);
  }

  /** A header beyond ASCII asks for SMTPUTF8 only where the client did (RFC 6531 section 3.6). */
  static void noteNeeds(RelaySession session, MailImpl mail, RelayMessage message)
      throws MessagingException {
    if (session.transaction().isInternational()) {
      byte[] header = message.headerOctets();
      if (OctetSearch.hasEightBit(header, 0, header.length)) {
        Needs.SMTPUTF8.add(mail);
      }
    }
  }

  private static void set(MailImpl mail, AttributeName name, String value) {
    mail.setAttribute(new Attribute(name, AttributeValue.of(value)));
  }
}
