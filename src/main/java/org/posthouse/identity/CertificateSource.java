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
   * @param verifiedChain the client's certificate first, whose key it has proved to have; checked
   *     by the door's TLS as far as that was told to
   */
  Optional<Identity> identify(List<X509Certificate> verifiedChain);
}
