/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import javax.mail.MessagingException;
import javax.mail.internet.AddressException;
import org.apache.james.core.MailAddress;
import org.apache.james.server.core.MailImpl;
import org.apache.mailet.DsnParameters;
import org.apache.mailet.DsnParameters.RecipientDsnParameters;
import org.apache.mailet.Mail;
import org.apache.mailet.PerRecipientHeaders;
import org.jspecify.annotations.Nullable;
import org.posthouse.returnpath.Mailbox;

/** Changes the sender and the recipients of a mail and what hangs on them. */
final class Envelope {
  private Envelope() {}

  static Mailbox mailbox(MailAddress address) {
    return Mailbox.of(address.getLocalPart(), address.getDomain().asString());
  }

  /**
   * James takes characters beyond ASCII within quotes only, which mean the same (RFC 6531 section
   * 3.3).
   *
   * @throws AddressException when James knows no such address
   */
  static MailAddress address(Mailbox mailbox) throws AddressException {
    String local = mailbox.writtenLocalPart();
    boolean bare = !local.startsWith("\"") && local.chars().anyMatch(c -> c > 127);
    return new MailAddress((bare ? '"' + local + '"' : local) + "@" + mailbox.domain());
  }

  /**
   * The Mailet API gives a sender to read only; the mail of every James is a {@link MailImpl}.
   *
   * @param sender null for the null reverse-path
   */
  static void setSender(Mail mail, @Nullable MailAddress sender) throws MessagingException {
    if (!(mail instanceof MailImpl changeable)) {
      throw new MessagingException(
          "the reverse-path of a " + mail.getClass().getName() + " cannot be changed");
    }
    changeable.setSender(sender);
  }

  /**
   * Puts other recipients in the place of some. Header fields for one of them follow, and what he
   * wants to be told; the original recipient of DSN stays what it was (RFC 3461 section 5.2.7).
   */
  static void replaceRecipients(Mail mail, Map<MailAddress, MailAddress> others) {
    Collection<MailAddress> recipients = new LinkedHashSet<>();
    for (MailAddress each : mail.getRecipients()) {
      recipients.add(others.getOrDefault(each, each));
    }
    PerRecipientHeaders headers = mail.getPerRecipientSpecificHeaders();
    others.forEach(
        (from, to) ->
            List.copyOf(headers.getHeadersForRecipient(from))
                .forEach(header -> mail.addSpecificHeaderForRecipient(header, to)));
    mail.dsnParameters().ifPresent(dsn -> mail.setDsnParameters(replaced(dsn, others)));
    mail.setRecipients(new ArrayList<>(recipients));
  }

  private static DsnParameters replaced(DsnParameters dsn, Map<MailAddress, MailAddress> others) {
    Map<MailAddress, RecipientDsnParameters> wishes = new HashMap<>();
    dsn.getRcptParameters()
        .forEach((recipient, wish) -> wishes.put(others.getOrDefault(recipient, recipient), wish));
    return dsn.withRcptParameters(wishes);
  }
}
