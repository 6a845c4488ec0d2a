/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.client;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.security.auth.x500.X500Principal;
import org.posthouse.identity.Letters;

/** What a certificate calls its owner. */
final class CertificateNames {
  private CertificateNames() {}

  /** The most specific common name of the subject. */
  static Optional<String> commonName(X509Certificate certificate) {
    try {
      String subject = certificate.getSubjectX500Principal().getName(X500Principal.RFC2253);
      return new LdapName(subject)
          .getRdns().stream()
              .filter(rdn -> rdn.getType().equalsIgnoreCase("CN"))
              .filter(rdn -> rdn.getValue() instanceof String)
              .reduce((first, last) -> last)
              .map(rdn -> rdn.getValue().toString());
    } catch (InvalidNameException e) {
      return Optional.empty();
    }
  }

  /** Alternative names of a kind, in order, in lower case; none when they cannot be read. */
  static List<String> alternatives(X509Certificate certificate, SubjectAlternative.Kind kind) {
    try {
      Collection<List<?>> all = certificate.getSubjectAlternativeNames();
      return all == null
          ? List.of()
          : all.stream()
              .filter(name -> Objects.equals(name.get(0), kind.number()))
              .map(name -> Letters.lower(String.valueOf(name.get(1))))
              .toList();
    } catch (CertificateParsingException e) {
      return List.of();
    }
  }
}
