/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.smtp;

import org.jspecify.annotations.Nullable;

/**
 * How a session is protected.
 *
 * @param protocol such as TLSv1.3
 * @param cipher the name of the cipher suite
 * @param certificate subject and issuer of the host's certificate; null when it sent none
 * @param problem why the certificate does not prove the name that was asked for; null when it does
 */
public record TlsSession(
    String protocol, String cipher, @Nullable String certificate, @Nullable String problem) {
  /** Whether the host proved the name that was asked for. */
  public boolean isVerified() {
    return problem == null;
  }
}
