/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.client;

import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Authorities one of which has to have issued a certificate, directly or by others (RFC 5280). */
public record Authority(Set<X509Certificate> certificates) {
  private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
  private static final String ANY_PURPOSE = "2.5.29.37.0";

  public Authority {
    certificates = Set.copyOf(certificates);
  }

  /** Whether the chain leads to one of them now; revocation is the business of the door's TLS. */
  boolean issued(List<X509Certificate> chain) {
    List<X509Certificate> path =
        chain.stream().takeWhile(certificate -> !certificates.contains(certificate)).toList();
    if (path.isEmpty()) {
      return false; // the authority itself is no client
    }
    try {
      List<String> purposes = chain.get(0).getExtendedKeyUsage();
      if (purposes != null && !purposes.contains(CLIENT_AUTH) && !purposes.contains(ANY_PURPOSE)) {
        return false;
      }
      PKIXParameters terms =
          new PKIXParameters(
              certificates.stream()
                  .map(certificate -> new TrustAnchor(certificate, null))
                  .collect(Collectors.toSet()));
      terms.setRevocationEnabled(false);
      var unused =
          CertPathValidator.getInstance("PKIX")
              .validate(CertificateFactory.getInstance("X.509").generateCertPath(path), terms);
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
