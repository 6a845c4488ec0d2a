/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.tls;

import java.security.PrivateKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A private key and the certificates that belong to it.
 *
 * @param chain the server's own first; not empty
 * @param names its DNS names in lower case, A-labels
 */
record ServerCertificate(PrivateKey key, List<X509Certificate> chain, Set<String> names) {
  private static final int DNS_NAME = 2;

  static ServerCertificate of(PrivateKey key, List<X509Certificate> chain) {
    return new ServerCertificate(key, List.copyOf(chain), dnsNames(chain.get(0)));
  }

  /** Not the common name: clients do not look at it any more (RFC 9525, section 2). */
  static Set<String> dnsNames(X509Certificate certificate) {
    try {
      Collection<List<?>> all = certificate.getSubjectAlternativeNames();
      return all == null
          ? Set.of()
          : all.stream()
              .filter(name -> Objects.equals(name.get(0), DNS_NAME))
              .map(name -> String.valueOf(name.get(1)).toLowerCase(Locale.ROOT))
              .collect(Collectors.toUnmodifiableSet());
    } catch (CertificateParsingException e) {
      return Set.of();
    }
  }

  X509Certificate own() {
    return chain.get(0);
  }

  /** {@code RSA}, {@code EC} and so on, as JSSE asks for it. */
  String keyType() {
    return own().getPublicKey().getAlgorithm();
  }

  /** Whether a name with a wildcard as its first label stands for that host (RFC 9525, 6.3). */
  boolean hasWildcardOf(String host) {
    int dot = host.indexOf('.');
    return dot > 0 && host.indexOf('.', dot + 1) > 0 && names.contains("*" + host.substring(dot));
  }

  Instant end() {
    return own().getNotAfter().toInstant();
  }

  /** For the log: subject, names, kind of key, end. Never the key. */
  @Override
  public String toString() {
    String all =
        names.isEmpty() ? "no DNS name" : String.join(", ", names.stream().sorted().toList());
    return own().getSubjectX500Principal() + " for " + all + " (" + keyType() + "), until " + end();
  }
}
