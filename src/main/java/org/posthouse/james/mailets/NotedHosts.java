/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.mailets;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.mail.Address;
import javax.mail.MessagingException;
import javax.mail.SendFailedException;
import javax.mail.internet.AddressException;
import javax.mail.internet.InternetAddress;
import org.apache.james.core.MailAddress;
import org.apache.james.transport.mailets.remote.delivery.ExecutionResult;
import org.apache.james.transport.mailets.remote.delivery.MailDelivrerToHost;
import org.apache.james.transport.mailets.remote.delivery.RemoteDeliveryConfiguration;
import org.apache.mailet.DsnParameters;
import org.apache.mailet.HostAddress;
import org.apache.mailet.Mail;
import org.apache.mailet.MailetContext;
import org.jspecify.annotations.Nullable;
import org.posthouse.james.queue.DeliveryNotes;

/**
 * Stock's delivery to one host, which notes the host and what it said to whom, and asks no second
 * host for somebody who was accepted or refused by a first.
 */
@SuppressWarnings("deprecation") // HostAddress is what stock hands over.
final class NotedHosts extends MailDelivrerToHost {
  NotedHosts(RemoteDeliveryConfiguration configuration, MailetContext context) {
    super(configuration, context);
  }

  @Override
  public ExecutionResult tryDeliveryToHost(
      Mail mail, Collection<InternetAddress> recipients, HostAddress host)
      throws MessagingException {
    DeliveryNotes notes = DeliveryNotes.of(mail).orElseGet(() -> DeliveryNotes.begin(mail));
    List<InternetAddress> open =
        recipients.stream().filter(recipient -> !notes.isSettled(recipient)).toList();
    MessagingException failure = null;
    for (List<InternetAddress> transaction : transactions(mail, open)) {
      try {
        super.tryDeliveryToHost(mail, plain(transaction), host);
        transaction.forEach(recipient -> notes.delivered(recipient, name(host)));
      } catch (MessagingException e) {
        note(notes, transaction, host, e);
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
    return ExecutionResult.success();
  }

  /**
   * Stock looks up a recipient's DSN parameters by {@code toString()}, which puts a quoted local
   * part into brackets, and fails on them.
   */
  private static List<InternetAddress> plain(List<InternetAddress> recipients) {
    return recipients.stream()
        .<InternetAddress>map(recipient -> new PlainAddress(recipient.getAddress()))
        .toList();
  }

  private static final class PlainAddress extends InternetAddress {
    private static final long serialVersionUID = 1;

    PlainAddress(String given) {
      address = given;
    }

    @Override
    public String toString() {
      return address;
    }
  }

  /** Stock sends apart to who has another NOTIFY, and forgets the others when one of them fails. */
  private static Collection<List<InternetAddress>> transactions(
      Mail mail, List<InternetAddress> recipients) {
    Map<Optional<?>, List<InternetAddress>> byNotify =
        recipients.stream().collect(Collectors.groupingBy(recipient -> notifyOf(mail, recipient)));
    return byNotify.values();
  }

  private static Optional<?> notifyOf(Mail mail, InternetAddress recipient) {
    try {
      MailAddress address = new MailAddress(recipient.getAddress());
      return mail.dsnParameters()
          .map(dsn -> dsn.getRcptParameters().get(address))
          .flatMap(DsnParameters.RecipientDsnParameters::getNotifyParameter);
    } catch (AddressException e) {
      return Optional.empty();
    }
  }

  private static void note(
      DeliveryNotes notes,
      Collection<InternetAddress> recipients,
      HostAddress host,
      MessagingException failure) {
    Set<Address> sent = sent(failure);
    FailureText said = new FailureText(failure);
    for (InternetAddress recipient : recipients) {
      if (sent.contains(recipient)) {
        notes.delivered(recipient, name(host));
      } else {
        notes.failed(recipient, name(host), said.code(recipient), said.text(recipient));
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
}
