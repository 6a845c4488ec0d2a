/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.tls;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a door's element {@code tls} says.
 *
 * @param implicit whether TLS begins with the first octet, not after STARTTLS
 * @param required whether mail needs TLS
 * @param certificates not empty
 * @param ciphers in the order of preference
 * @param handshake how long a handshake may take
 */
public record TlsSettings(
    boolean implicit,
    boolean required,
    List<CertificateSource> certificates,
    List<String> protocols,
    List<String> ciphers,
    ClientAuthentication clients,
    Duration handshake) {
  /** Whether mail needs a certificate of the client. */
  public boolean certificateRequired() {
    return clients.mode() == ClientAuthentication.Mode.NEED;
  }

  /** Whether a client is asked for a certificate, which it may lack. */
  public boolean certificateAsked() {
    return clients.mode() != ClientAuthentication.Mode.NONE;
  }

  List<Path> files() {
    return Stream.concat(
            certificates.stream().flatMap(source -> source.files().stream()),
            clients.files().stream())
        .distinct()
        .toList();
  }
}
