/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.tls;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.List;

/**
 * The certificate that a client has shown. It has proved in any case that it holds the key.
 *
 * @param chain as the client sent it, its own first; not empty
 * @param verified whether an authority that the door trusts vouches for it, now and for clients;
 *     without that, names in it are mere claims, and its fingerprint alone tells who it is
 */
public record ClientCertificate(List<X509Certificate> chain, boolean verified) {
  public ClientCertificate {
    chain = List.copyOf(chain);
  }

  /** The client's own. */
  public X509Certificate own() {
    return chain.get(0);
  }

  /** SHA-256 of the certificate's DER, as 64 hexadecimal digits in lower case. */
  public String fingerprint() {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(own().getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // every JDK has it, and it was parsed from its DER
    }
  }

  @Override
  public String toString() {
    return own().getSubjectX500Principal() + (verified ? ", verified" : ", not verified");
  }
}
