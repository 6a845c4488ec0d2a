/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.signing;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.posthouse.dkim.DomainName;
import org.posthouse.message.HeaderField;
import org.posthouse.message.MailboxDomains;

/**
 * The domain of a message's author: of the first address of its From field (RFC 5322 section
 * 3.6.2). Comments, quoted strings, display names and groups are passed over. Where anything in the
 * field breaks the grammar an address counts only when it is the only one, however one reads, as in
 * {@code Doe, John <a@example.com>}.
 */
public final class FromDomain {
  /** A longer field has no From that anybody would show. */
  private static final int LONGEST = 64 * 1024;

  private FromDomain() {}

  /**
   * In ASCII and lower case; empty when there is no From field, more than one, or one that cannot
   * be read, or its domain is an address literal.
   *
   * @param fields from the top
   */
  public static Optional<String> of(List<HeaderField> fields) {
    List<HeaderField> from =
        fields.stream().filter(field -> !field.removed() && field.is("From")).limit(2).toList();
    if (from.size() != 1 || from.get(0).line().length() > LONGEST) {
      return Optional.empty();
    }
    return of(from.get(0).value());
  }

  static Optional<String> of(String value) {
    MailboxDomains mailboxes = MailboxDomains.of(value);
    Set<String> domains = mailboxes.domains();
    boolean clear = mailboxes.isReadable() || mailboxes.isOfOne();
    boolean readable = clear && domains.stream().allMatch(FromDomain::isDomain);
    return readable ? domains.stream().findFirst().flatMap(DomainName::ascii) : Optional.empty();
  }

  private static boolean isDomain(String written) {
    boolean literal = written.startsWith("[") && written.indexOf(']') == written.length() - 1;
    return literal || DomainName.ascii(written).isPresent();
  }
}
