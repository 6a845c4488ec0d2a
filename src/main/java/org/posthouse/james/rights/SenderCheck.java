/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.rights;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.mail.MessagingException;
import org.apache.james.core.MailAddress;
import org.apache.james.server.core.MailImpl;
import org.apache.mailet.Mail;
import org.posthouse.identity.rights.Decision;
import org.posthouse.identity.rights.Grant;
import org.posthouse.identity.rights.Mailbox;
import org.posthouse.identity.rights.Originators;
import org.posthouse.james.message.RelayMessage;
import org.posthouse.matchers.RightAttributes;

/** Checks the header of a mail that has come, and does to a mail what was decided. */
public final class SenderCheck {
  private SenderCheck() {}

  /**
   * What the client's rule says of the header; the octets are not read where it says nothing.
   *
   * @throws MessagingException when the header cannot be read from where it is stored
   */
  public static Decision header(Grant grant, RelayMessage message) throws MessagingException {
    Originators header =
        grant.checksHeader()
            ? OriginatorReader.read(message.headerOctets(), grant.alsoChecked())
            : new Originators(Optional.empty(), List.of(), Map.of());
    return grant.header(header);
  }

  /**
   * Puts the decision of MAIL into effect: another reverse-path, or a mark. To be called after
   * {@link RightRecord#write}.
   */
  public static void applySender(MailImpl mail, Decision decision) throws MessagingException {
    switch (decision.outcome()) {
      case REWRITTEN -> {
        String given = mail.getMaybeSender().asString();
        RightRecord.set(mail, RightAttributes.GIVEN_SENDER, given);
        mail.setSender(new MailAddress(String.valueOf(decision.detail())));
      }
      case MARKED -> mark(mail, decision);
      default -> {}
    }
  }

  /**
   * Puts the decision about the header into effect: From names another address then, with the name
   * it had, and the fields Sender and Reply-To, which would lead away from it, are gone.
   */
  public static void applyHeader(MailImpl mail, Decision decision) throws MessagingException {
    if (decision.also() != null) {
      applyHeader(mail, decision.also());
    }
    switch (decision.outcome()) {
      case REWRITTEN -> {
        RelayMessage message = RelayMessage.of(mail.getMessage());
        Originators before = OriginatorReader.read(message.headerOctets(), Set.of());
        message.setHeader("From", from(before, String.valueOf(decision.detail())));
        message.removeHeader("Sender");
        message.removeHeader("Reply-To");
        RightRecord.mark(mail, decision.reason());
      }
      case MARKED -> mark(mail, decision);
      default -> {}
    }
  }

  private static String from(Originators before, String address) {
    String name = before.from().stream().findFirst().map(Mailbox::name).orElse("");
    boolean plain = !name.isEmpty() && name.matches("[A-Za-z0-9 .'_-]{1,60}");
    return plain ? "\"" + name + "\" <" + address + ">" : "<" + address + ">";
  }

  private static void mark(Mail mail, Decision decision) throws MessagingException {
    RightRecord.mark(mail, decision.reason());
    if (decision.detail() != null) {
      mail.getMessage().setHeader(decision.detail(), decision.reason());
    }
  }
}
