/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.tls;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The certificates of a door. A client that names a host (SNI, RFC 6066 section 3) gets one for it,
 * an exact name before a wildcard; any other client gets the first. Of several for the same names
 * the kind of key decides, which the handshake asks for.
 *
 * @param all in the order of the file; not empty
 */
record ServerCertificates(List<ServerCertificate> all) {
  /** The index of the certificate with a key of that kind; empty when no such key is fit. */
  Optional<Integer> choose(@Nullable String host, String keyType) {
    return candidates(host).stream()
        .filter(candidate -> candidate.keyType().equals(keyType))
        .map(all::indexOf)
        .findFirst();
  }

  private List<ServerCertificate> candidates(@Nullable String host) {
    List<ServerCertificate> named = new ArrayList<>();
    if (host != null) {
      String name = host.toLowerCase(Locale.ROOT);
      named.addAll(with(certificate -> certificate.names().contains(name)));
      named.addAll(with(certificate -> certificate.hasWildcardOf(name)));
    }
    if (!named.isEmpty()) {
      return named;
    }
    Set<String> first = all.get(0).names();
    return with(certificate -> certificate.names().equals(first));
  }

  private List<ServerCertificate> with(Predicate<ServerCertificate> test) {
    return all.stream().filter(test).toList();
  }

  /** For the log. */
  @Override
  public String toString() {
    return all.stream().map(ServerCertificate::toString).collect(Collectors.joining("; "));
  }
}
