/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dmarc;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.posthouse.dmarc.TreeWalk.Found;
import org.posthouse.dns.Dns;
import org.xbill.DNS.Type;

/** The check of one author domain. Asks for what is above it only where that matters. */
final class AuthorCheck {
  private final Dns dns;
  private final String author;
  private final RecordLookup own;
  private @Nullable TreeWalk walk;

  /**
   * @param author in ASCII and lower case, without the last dot
   */
  AuthorCheck(Dns dns, String author) {
    this.dns = dns;
    this.author = author;
    this.own = RecordLookup.of(dns, author);
  }

  DmarcResult check(List<AuthenticatedIdentifier> identifiers) {
    Optional<Found> policy = own.record().map(record -> new Found(author, record));
    if (policy.isEmpty()) {
      TreeWalk above = walk();
      if (above.failed()) {
        return DmarcResult.without(DmarcCode.TEMPERROR, author, "no answer about a policy");
      }
      policy = above.policy();
    }
    return policy
        .map(found -> check(found, identifiers))
        .orElseGet(() -> DmarcResult.without(DmarcCode.NONE, author, "no policy"));
  }

  private DmarcResult check(Found found, List<AuthenticatedIdentifier> identifiers) {
    if (!found.record().isUsable()) {
      return DmarcResult.without(DmarcCode.PERMERROR, author, found.record().problem());
    }
    List<AuthenticatedIdentifier> aligned = new ArrayList<>();
    boolean open = false;
    for (AuthenticatedIdentifier identifier : identifiers) {
      Answer answer = isAligned(identifier, found.record().alignment(identifier.mechanism()));
      if (answer == Answer.YES && identifier.certain()) {
        aligned.add(identifier);
      }
      open |= answer == Answer.UNKNOWN || (answer == Answer.YES && !identifier.certain());
    }
    return result(found, aligned, open);
  }

  private DmarcResult result(Found found, List<AuthenticatedIdentifier> aligned, boolean open) {
    boolean isOwn = found.domain().equals(author);
    // Whether the domain exists decides nothing but the policy for mail that fails.
    boolean asks = !isOwn && aligned.isEmpty() && found.record().tellsNonExistentApart();
    Answer exists = asks ? exists() : Answer.YES;
    Policy published =
        isOwn ? found.record().policy() : found.record().policyBelow(exists != Answer.NO);
    DmarcResult result = DmarcResult.by(found, published, DmarcCode.FAIL, author);
    if (!aligned.isEmpty()) {
      return result.with(DmarcCode.PASS, aligned, "");
    }
    // RFC 9989 section 5.3.6: what a question that failed would have decided stays open.
    return open || exists == Answer.UNKNOWN
        ? result.with(DmarcCode.TEMPERROR, List.of(), "no answer about an identifier")
        : result.with(DmarcCode.FAIL, List.of(), "no aligned identifier");
  }

  /** What can be said of a question of ours. */
  private enum Answer {
    YES,
    NO,
    UNKNOWN
  }

  /**
   * Whoever sent the message chose the identifiers, and may have a DNS that fails. So one that
   * cannot be below the author's organizational domain is never walked up from.
   */
  private Answer isAligned(AuthenticatedIdentifier identifier, Alignment alignment) {
    String domain = identifier.domain();
    if (domain.equals(author)) {
      return Answer.YES;
    }
    if (alignment == Alignment.STRICT || !topLabel(domain).equals(topLabel(author))) {
      return Answer.NO;
    }
    if (walk().failed()) {
      return Answer.UNKNOWN;
    }
    String organization = walk().organizationalDomain();
    if (!domain.equals(organization) && !domain.endsWith("." + organization)) {
      return Answer.NO;
    }
    TreeWalk other = TreeWalk.from(dns, domain);
    if (other.failed()) {
      return Answer.UNKNOWN;
    }
    return other.organizationalDomain().equals(organization) ? Answer.YES : Answer.NO;
  }

  /** RFC 9989 section 3.2.13. The question is for an alias: one that leads nowhere exists. */
  private Answer exists() {
    return switch (dns.ask(author, Type.CNAME).status()) {
      case FOUND, NO_SUCH_RECORD -> Answer.YES;
      case NO_SUCH_NAME -> Answer.NO;
      case TEMPORARY -> Answer.UNKNOWN;
    };
  }

  private TreeWalk walk() {
    TreeWalk known = walk;
    if (known == null) {
      known = TreeWalk.from(dns, author, own);
      walk = known;
    }
    return known;
  }

  private static String topLabel(String domain) {
    return domain.substring(domain.lastIndexOf('.') + 1);
  }
}
