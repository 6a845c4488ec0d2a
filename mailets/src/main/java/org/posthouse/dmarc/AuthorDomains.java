/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dmarc;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.posthouse.message.HeaderField;
import org.posthouse.message.MailboxDomains;
import org.posthouse.message.StrayLine;

/**
 * The domains of a message's authors: what stands behind the @ in From (RFC 9989 section 5.3.1).
 *
 * @param domains in ASCII and lower case, each once, in order; none when there are more than {@link
 *     #MOST}
 * @param problem why there is no telling who the authors are; empty when there is at least one
 *     domain, and all are known
 */
public record AuthorDomains(List<String> domains, String problem) {
  /**
   * Each may cost eight questions to the DNS and more. Of more none is looked at: what the first
   * ones say would hide the others.
   */
  public static final int MOST = 5;

  public AuthorDomains {
    domains = List.copyOf(domains);
    if (domains.isEmpty() && problem.isEmpty()) {
      throw new IllegalArgumentException("no domain is a problem");
    }
  }

  /**
   * Reads all From fields of a message. Where a line of the header is no field there is no telling
   * either: readers who take it for the body see no From behind it.
   *
   * @param fields all of its header
   */
  public static AuthorDomains of(List<HeaderField> fields) {
    List<HeaderField> from = fields.stream().filter(AuthorDomains::isFrom).toList();
    Set<String> domains = new LinkedHashSet<>();
    String problem = StrayLine.in(fields).map(StrayLine::toString).orElse("");
    problem = from.size() > 1 ? or(problem, "more than one From field") : problem;
    for (HeaderField field : from) {
      MailboxDomains mailboxes = MailboxDomains.of(field.value());
      for (String written : mailboxes.domains()) {
        Optional<String> domain = DomainNames.ascii(written);
        domain.ifPresent(domains::add);
        problem = domain.isEmpty() ? or(problem, "no domain name in From") : problem;
      }
      problem = mailboxes.isReadable() ? problem : or(problem, "From cannot be read");
    }
    if (domains.isEmpty()) {
      problem = or(problem, from.isEmpty() ? "no From field" : "no domain in From");
    }
    if (domains.size() > MOST) {
      problem = or(problem, "more than " + MOST + " domains in From");
    }
    return new AuthorDomains(domains.size() > MOST ? List.of() : List.copyOf(domains), problem);
  }

  private static boolean isFrom(HeaderField field) {
    return field.is("From") && !field.removed() && field.line().indexOf(':') > 0;
  }

  private static String or(String problem, String other) {
    return problem.isEmpty() ? other : problem;
  }
}
