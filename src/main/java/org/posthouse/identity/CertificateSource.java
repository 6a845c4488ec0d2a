/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/** Knows clients by the certificates that they show. */
@FunctionalInterface
public interface CertificateSource {
  /**
   * Whose certificate it is. Returns at once: nothing is looked up.
   *
   * @param chain the client's certificate first, whose key it has proved to have; not empty
   * @param verified whether an authority that the door trusts vouches for it; otherwise what it
   *     says of its owner is a mere claim
   */
  Optional<Identity> identify(List<X509Certificate> chain, boolean verified);
}
