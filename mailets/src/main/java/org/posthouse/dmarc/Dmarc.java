/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dmarc;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.posthouse.dns.Dns;

/**
 * Checks messages by DMARC (RFC 9989). For use by many threads if its DNS is.
 *
 * <p>RFC 9989 leaves to the receiver what becomes of a message that has not exactly one author
 * domain (sections 5.3.1 and 11.5). Here each of up to five domains is checked, and the worst of
 * the results stands: failures with the strictest policy first, then temporary errors, permanent
 * ones, no policy, and a pass only where all pass. Without a domain, with more than five, with
 * several From fields or with one that cannot be read, and with a line in the header that is no
 * field, it cannot pass: it is a permanent error unless one of up to five domains fails with a
 * policy of quarantine or reject. Else whoever forges would write such a line to escape that.
 */
public final class Dmarc {
  private static final List<DmarcCode> WORST_FIRST =
      List.of(
          DmarcCode.FAIL, DmarcCode.TEMPERROR, DmarcCode.PERMERROR, DmarcCode.NONE, DmarcCode.PASS);

  private static final Comparator<DmarcResult> WORST =
      Comparator.<DmarcResult>comparingInt(result -> WORST_FIRST.indexOf(result.code()))
          .thenComparing(DmarcResult::policy, Comparator.reverseOrder());

  private final Dns dns;

  /** Records are asked of this. */
  public Dmarc(Dns dns) {
    this.dns = dns;
  }

  /**
   * Checks a message.
   *
   * @param authors of its From
   * @param identifiers all that passed, and those that could not be decided now
   */
  public DmarcResult check(AuthorDomains authors, List<AuthenticatedIdentifier> identifiers) {
    Optional<DmarcResult> worst =
        authors.domains().stream()
            .map(author -> new AuthorCheck(dns, author).check(identifiers))
            .min(WORST);
    if (authors.problem().isEmpty()) {
      return worst.orElseThrow();
    }
    // A domain that asks for nothing, or does not answer, may have been put there to hide this.
    return worst
        .filter(result -> result.code() == DmarcCode.FAIL && result.policy() != Policy.NONE)
        .orElseGet(() -> DmarcResult.without(DmarcCode.PERMERROR, "", authors.problem()));
  }

  /**
   * The organizational domain of a domain (RFC 9989 section 4.10.2); empty when the DNS cannot say
   * now.
   *
   * @param domain in ASCII and lower case, without the last dot
   */
  public Optional<String> organizationalDomain(String domain) {
    TreeWalk walk = TreeWalk.from(dns, domain);
    return walk.failed() ? Optional.empty() : Optional.of(walk.organizationalDomain());
  }
}
