/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.client;

import com.google.common.collect.ImmutableListMultimap;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.posthouse.identity.CertificateSource;
import org.posthouse.identity.Identity;

/** The rules by certificate; the first that fits decides. */
public final class ClientCertificates implements CertificateSource {
  private static final String SOURCE = "certificate";

  private final List<CertificateRule> rules;

  public ClientCertificates(List<CertificateRule> rules) {
    this.rules = List.copyOf(rules);
  }

  @Override
  public Optional<Identity> identify(List<X509Certificate> chain, boolean verified) {
    for (CertificateRule rule : rules) {
      Optional<String> name = rule.nameOf(chain, verified);
      if (name.isPresent()) {
        return Optional.of(
            new Identity(
                name.get(), SOURCE, rule.groups(), own(name.get()), ImmutableListMultimap.of()));
      }
    }
    return Optional.empty();
  }

  private static Set<String> own(String name) {
    return name.indexOf('@') > 0 ? Set.of(name) : Set.of();
  }
}
