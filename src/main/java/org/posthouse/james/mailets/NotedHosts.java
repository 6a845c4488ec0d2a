/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.mailets;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.mail.Address;
import javax.mail.MessagingException;
import javax.mail.SendFailedException;
import javax.mail.internet.AddressException;
import javax.mail.internet.InternetAddress;
import org.apache.james.core.MailAddress;
import org.apache.james.transport.mailets.remote.delivery.ExecutionResult;
import org.apache.james.transport.mailets.remote.delivery.MailDelivrerToHost;
import org.apache.james.transport.mailets.remote.delivery.RemoteDeliveryConfiguration;
import org.apache.mailet.HostAddress;
import org.apache.mailet.Mail;
import org.apache.mailet.MailetContext;
import org.jspecify.annotations.Nullable;
import org.posthouse.james.queue.DeliveryNotes;

/** Stock's delivery to one host, which notes the host and what it said to whom. */
@SuppressWarnings("deprecation") // HostAddress is what stock hands over.
final class NotedHosts extends MailDelivrerToHost {
  NotedHosts(RemoteDeliveryConfiguration configuration, MailetContext context) {
    super(configuration, context);
  }

  @Override
  public ExecutionResult tryDeliveryToHost(
      Mail mail, Collection<InternetAddress> recipients, HostAddress host)
      throws MessagingException {
    Optional<DeliveryNotes> notes = DeliveryNotes.of(mail);
    try {
      ExecutionResult result = super.tryDeliveryToHost(mail, recipients, host);
      notes.ifPresent(n -> recipients.forEach(to -> n.delivered(mailAddress(to), name(host))));
      return result;
    } catch (MessagingException e) {
      notes.ifPresent(n -> note(n, recipients, host, e));
      throw e;
    }
  }

  private static void note(
      DeliveryNotes notes,
      Collection<InternetAddress> recipients,
      HostAddress host,
      MessagingException failure) {
    Set<Address> sent = sent(failure);
    Map<String, String> replies = FailureText.byAddress(failure);
    for (InternetAddress recipient : recipients) {
      List<MailAddress> address = mailAddress(recipient);
      if (sent.contains(recipient)) {
        notes.delivered(address, name(host));
      } else {
        String error = FailureText.of(failure, replies, recipient.getAddress());
        notes.failed(address, name(host), error);
      }
    }
  }

  private static Set<Address> sent(MessagingException failure) {
    Address @Nullable [] sent =
        failure instanceof SendFailedException partial ? partial.getValidSentAddresses() : null;
    return sent == null ? Set.of() : new HashSet<>(Arrays.asList(sent));
  }

  /** As in Postfix' log: {@code mx.example.net[192.0.2.1]:25}. */
  private static String name(HostAddress host) {
    String name = host.getHostName();
    String shown = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    return shown + "[" + host.getHost() + "]:" + host.getPort();
  }

  /** Empty for what James takes for no address: it has no line of its own then. */
  private static List<MailAddress> mailAddress(InternetAddress address) {
    try {
      return List.of(new MailAddress(address.toString()));
    } catch (AddressException e) {
      return List.of();
    }
  }
}
