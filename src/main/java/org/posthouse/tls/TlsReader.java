/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.tls;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.posthouse.config.Settings;

/**
 * Reads the element {@code tls} of a door and looks at the files it names. All that is wrong
 * becomes a problem of the settings.
 */
public final class TlsReader {
  private static final Duration HANDSHAKE = Duration.ofSeconds(30);

  private final Settings tls;
  private final UrlFiles files;

  private TlsReader(Settings tls, UrlFiles files) {
    this.tls = tls;
    this.files = files;
  }

  /** What a door says; empty when it has no TLS, or when something is wrong. */
  public static Optional<TlsSettings> read(Settings door, UrlFiles files) {
    return new TlsReader(door.section("tls"), files).read();
  }

  private Optional<TlsSettings> read() {
    boolean implicit = tls.truth("[@socketTLS]", false);
    boolean startTls = tls.truth("[@startTLS]", false);
    boolean required = tls.truth("[@required]", false);
    if (implicit && startTls) {
      tls.problem("", "socketTLS and startTLS exclude each other");
    }
    boolean used = implicit || startTls;
    if (required && !used) {
      tls.problem("[@required]", "there is no TLS without socketTLS or startTLS");
    }
    List<CertificateSource> certificates = new CertificatesReader(tls, files, used).read();
    ClientAuthentication clients = new ClientAuthenticationReader(tls, files, used).read();
    SuitesReader suites = new SuitesReader(tls);
    List<String> protocols = suites.protocols();
    List<String> ciphers = suites.ciphers();
    Duration handshake =
        tls.duration("handshakeTimeout", Duration.ofSeconds(1), Duration.ofMinutes(5), HANDSHAKE);
    tls.dead("provider", "nothing reads it; remove it");
    tls.dead("algorithm", "nothing reads it; remove it");
    if (!used || certificates.isEmpty()) {
      return Optional.empty();
    }
    suites.requireFit(protocols, ciphers, certificates);
    return Optional.of(
        new TlsSettings(implicit, required, certificates, protocols, ciphers, clients, handshake));
  }
}
