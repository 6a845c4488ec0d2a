/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.client;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/**
 * Who shows a certificate for which all that is not null holds; something is not null.
 *
 * @param identity the name
 * @param subject compared as RFC 5280 section 7.1 compares, not by its letters
 */
public record CertificateRule(
    NameTemplate identity,
    Set<String> groups,
    @Nullable Fingerprint fingerprint,
    @Nullable X500Principal subject,
    @Nullable SubjectAlternative alternative,
    @Nullable Authority authority) {
  public CertificateRule {
    groups = Set.copyOf(groups);
  }

  /** The name of whom the chain is; empty when it is not this rule's. */
  Optional<String> nameOf(List<X509Certificate> chain, boolean verified) {
    X509Certificate certificate = chain.get(0);
    boolean proved = verified || fingerprint != null || authority != null;
    boolean fits =
        proved
            && (fingerprint == null || fingerprint.equals(Fingerprint.of(certificate)))
            && (subject == null || subject.equals(certificate.getSubjectX500Principal()))
            && (alternative == null || alternative.isOf(certificate))
            && (authority == null || authority.issued(chain));
    return fits ? identity.of(certificate) : Optional.empty();
  }

  /** Whether no certificate is left for a later rule that this one does not take. */
  public boolean takesAllOf(CertificateRule later) {
    return identity.isFixed()
        && (fingerprint == null || fingerprint.equals(later.fingerprint))
        && (subject == null || subject.equals(later.subject))
        && (alternative == null || alternative.equals(later.alternative))
        && (authority == null
            || (later.authority != null
                && authority.certificates().containsAll(later.authority.certificates())));
  }
}
