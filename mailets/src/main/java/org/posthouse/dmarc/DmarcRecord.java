/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dmarc;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A DMARC policy record (RFC 9989 section 4.7). What an owner wrote wrong counts as not written
 * (section 4.8), but for the policies.
 *
 * @param policy p=; none where no policy can be read, and reports are wanted (section 4.10.1)
 * @param subdomains sp=; null when there is none
 * @param nonExistent np=; null when there is none
 * @param dkim adkim=
 * @param spf aspf=
 * @param psd psd=
 * @param testing t=y
 * @param failureOptions fo=: of the letters 0, 1, d and s
 * @param aggregateReports rua=: the URIs that can be read, without sizes; of unknown intent
 * @param failureReports ruf=: likewise
 * @param problem why DMARC does not apply by it; empty when it does
 */
public record DmarcRecord(
    Policy policy,
    @Nullable Policy subdomains,
    @Nullable Policy nonExistent,
    Alignment dkim,
    Alignment spf,
    PublicSuffix psd,
    boolean testing,
    Set<Character> failureOptions,
    List<String> aggregateReports,
    List<String> failureReports,
    String problem) {
  public DmarcRecord {
    failureOptions = Set.copyOf(failureOptions);
    aggregateReports = List.copyOf(aggregateReports);
    failureReports = List.copyOf(failureReports);
  }

  /**
   * Reads the text of a TXT record; empty unless it begins with {@code v=DMARC1}.
   *
   * @param text its strings with nothing between them, one char per octet
   */
  public static Optional<DmarcRecord> parse(String text) {
    return RecordReader.of(text).map(RecordReader::read);
  }

  /** Whether DMARC applies by it. */
  public boolean isUsable() {
    return problem.isEmpty();
  }

  /** The policy for a domain below. */
  Policy policyBelow(boolean exists) {
    Policy below = subdomains == null ? policy : subdomains;
    return exists || nonExistent == null ? below : nonExistent;
  }

  /** Whether it matters if a domain below exists. */
  boolean tellsNonExistentApart() {
    return nonExistent != null && nonExistent != policyBelow(true);
  }

  Alignment alignment(AuthenticatedIdentifier.Mechanism mechanism) {
    return mechanism == AuthenticatedIdentifier.Mechanism.SPF ? spf : dkim;
  }
}
