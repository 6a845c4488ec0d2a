/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.rights;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.posthouse.identity.rights.Mailbox;
import org.posthouse.identity.rights.Originators;

/** Whom a header says a mail to be from; strict, and what is not clear is ambiguous. */
public final class OriginatorReader {
  private OriginatorReader() {}

  /**
   * Reads a header block.
   *
   * @param block raw octets, with or without the empty line that ends it
   * @param alsoChecked of {@code sender} and {@code reply-to} those that count; what stands in the
   *     other does not matter. Sender counts in any case where From holds several addresses
   */
  public static Originators read(byte[] block, Set<String> alsoChecked) {
    try {
      return read(OriginatorFields.read(block), alsoChecked);
    } catch (Ambiguity e) {
      return Originators.ambiguous(e.why(), e.written());
    }
  }

  private static Originators read(OriginatorFields fields, Set<String> alsoChecked)
      throws Ambiguity {
    List<Mailbox> from = mailboxes(OriginatorFields.FROM, fields);
    if (from.isEmpty()) {
      // Servers on the way would add one of their own making, from the envelope or from Sender.
      return Originators.ambiguous("there is no From field (RFC 5322 3.6)");
    }
    Map<String, List<Mailbox>> others = new HashMap<>();
    if (from.size() > 1 || alsoChecked.contains(OriginatorFields.SENDER)) {
      List<Mailbox> sender = mailboxes(OriginatorFields.SENDER, fields);
      if (sender.size() > 1) {
        return Originators.ambiguous("Sender holds several addresses (RFC 5322 3.6.2)");
      }
      others.put(OriginatorFields.SENDER, sender);
    }
    if (alsoChecked.contains(OriginatorFields.REPLY_TO)) {
      others.put(OriginatorFields.REPLY_TO, mailboxes(OriginatorFields.REPLY_TO, fields));
    }
    return new Originators(Optional.empty(), from, Map.copyOf(others));
  }

  private static List<Mailbox> mailboxes(String name, OriginatorFields fields) throws Ambiguity {
    Optional<String> value = fields.value(name);
    if (value.isEmpty()) {
      return List.of();
    }
    String title = OriginatorFields.title(name);
    try {
      List<Mailbox> all =
          MailboxReader.read(title, value.get(), name.equals(OriginatorFields.REPLY_TO));
      SecondOpinion.require(title, value.get(), all);
      return all;
    } catch (Ambiguity e) {
      throw e.of(value.get());
    }
  }
}
