/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.container;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.inject.Provider;
import javax.mail.MessagingException;
import javax.mail.internet.AddressException;
import org.apache.james.core.MailAddress;
import org.apache.james.server.core.MailImpl;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeName;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;
import org.posthouse.identity.rights.LocalAddress;
import org.posthouse.identity.rights.LocalAddresses;
import org.posthouse.mailets.RecipientChange;
import org.posthouse.matchers.RightAttributes;

/**
 * Takes the recipients out of a mail that are addresses of the relay itself: for each processor
 * they go to there is a mail of its own, and forwarded ones are replaced, with all that is said of
 * them. It does so when a mail enters root, and where a mailet has put others in their place.
 *
 * <p>Such a mail may be anyone's. To a processor it goes as it came, without the right to relay:
 * the chain delivers or bounces nothing of it. A forward must be delivered, to an address that
 * stands in the configuration; so that mail is the relay's own (stock's SentByMailet), without a
 * sender: a failure is never told to whoever a stranger pretended to be (RFC 5321, section 4.5.5).
 */
final class LocalRecipients {
  private static final AttributeName NETWORK =
      AttributeName.of("org.apache.james.SMTPIsAuthNetwork");

  private final Provider<LocalAddresses> addresses;

  LocalRecipients(Provider<LocalAddresses> addresses) {
    this.addresses = addresses;
  }

  /**
   * The parts; the mail alone when nobody of it is local, and without it when all are.
   *
   * @param before recipients that were looked at before
   */
  List<Mail> split(Mail mail, Collection<MailAddress> before, ProcessingFrame frame)
      throws MessagingException {
    LocalAddresses known = addresses.get();
    Map<LocalAddress, List<MailAddress>> local = new LinkedHashMap<>();
    for (MailAddress recipient : mail.getRecipients()) {
      if (!known.isEmpty() && !before.contains(recipient)) {
        known
            .find(recipient.asString())
            .ifPresent(
                address ->
                    local.computeIfAbsent(address, each -> new ArrayList<>()).add(recipient));
      }
    }
    return local.isEmpty() ? List.of(mail) : split(mail, local, frame);
  }

  private static List<Mail> split(
      Mail mail, Map<LocalAddress, List<MailAddress>> local, ProcessingFrame frame)
      throws MessagingException {
    List<Mail> parts = new ArrayList<>();
    Map<MailAddress, List<MailAddress>> changes = new LinkedHashMap<>();
    boolean mayRelay = mayRelay(mail);
    for (Map.Entry<LocalAddress, List<MailAddress>> each : local.entrySet()) {
      List<MailAddress> forward = targets(each.getKey());
      boolean isReplaced = !forward.isEmpty() && mayRelay;
      each.getValue().forEach(to -> changes.put(to, isReplaced ? forward : List.of()));
      if (!forward.isEmpty()) {
        each.getValue().forEach(to -> RecipientChange.log(mail, Map.of(to, forward)));
      }
      if (!isReplaced) {
        MailImpl part = MailCopy.of(mail, forward.isEmpty() ? each.getValue() : forward);
        frame.copied(part);
        Optional.ofNullable(each.getKey().processor()).ifPresent(part::setState);
        if (!forward.isEmpty()) {
          makeOwn(part);
        }
        parts.add(part);
      }
    }
    RecipientChange.apply(mail, changes);
    if (mail.getRecipients().isEmpty()) {
      mail.setState(Mail.GHOST);
    } else {
      parts.add(mail);
    }
    return parts;
  }

  private static boolean mayRelay(Mail mail) {
    return mail.getAttribute(Mail.SMTP_AUTH_USER).isPresent()
        || mail.getAttribute(NETWORK).isPresent()
        || mail.getAttribute(Mail.SENT_BY_MAILET_ATTRIBUTE.getName()).isPresent();
  }

  /** SPF is about whom the client named (RFC 7208, section 2.4), so that is kept for the checks. */
  private static void makeOwn(MailImpl part) {
    if (part.getAttribute(RightAttributes.GIVEN_SENDER).isEmpty()) {
      part.setAttribute(
          new Attribute(
              RightAttributes.GIVEN_SENDER, AttributeValue.of(part.getMaybeSender().asString())));
    }
    part.setSender(null);
    part.setAttribute(
        new Attribute(Mail.SENT_BY_MAILET_ATTRIBUTE.getName(), AttributeValue.of(true)));
  }

  private static List<MailAddress> targets(LocalAddress address) throws AddressException {
    List<MailAddress> targets = new ArrayList<>();
    for (String target : address.forward()) {
      targets.add(new MailAddress(target));
    }
    return targets;
  }
}
