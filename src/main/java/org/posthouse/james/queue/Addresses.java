/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.queue;

import java.util.Collection;
import java.util.List;
import javax.mail.internet.AddressException;
import org.apache.james.core.MailAddress;
import org.apache.james.core.MaybeSender;
import org.posthouse.queue.Recipient;
import org.posthouse.spool.SpoolException;

/** Addresses as the store keeps them, and back. */
public final class Addresses {
  private Addresses() {}

  static MailAddress parse(String address) {
    try {
      return new MailAddress(address);
    } catch (AddressException e) {
      throw new SpoolException.Unreadable("a stored address is no address: " + address, e);
    }
  }

  /** The null reverse-path is kept as the empty text. */
  static String reversePath(MaybeSender sender) {
    return sender.asOptional().map(MailAddress::asString).orElse("");
  }

  static MaybeSender sender(String reversePath) {
    return reversePath.isEmpty() ? MaybeSender.nullSender() : MaybeSender.of(parse(reversePath));
  }

  /** The addresses of recipients, in order. */
  public static List<MailAddress> of(List<Recipient> recipients) {
    return recipients.stream().map(recipient -> parse(recipient.address())).toList();
  }

  static List<String> texts(Collection<MailAddress> addresses) {
    return addresses.stream().map(MailAddress::asString).toList();
  }
}
