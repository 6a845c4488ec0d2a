/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyManagementException;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.TrustManager;

/**
 * What a door's files held at one time. Each change makes a new one, with sessions of its own: none
 * can be resumed that rests on an authority or a certificate which is no longer there.
 */
record TlsMaterial(SSLContext context, ServerCertificates certificates, ClientTrust trust) {
  /** Sessions that can be resumed, and for how long. */
  private static final int SESSIONS = 2_000;

  private static final Duration RESUMABLE = Duration.ofHours(1);

  static TlsMaterial read(TlsSettings settings) throws IOException {
    List<ServerCertificate> all = new ArrayList<>();
    for (CertificateSource source : settings.certificates()) {
      all.addAll(source.read());
    }
    ServerCertificates certificates = new ServerCertificates(List.copyOf(all));
    try {
      ClientTrust trust = ClientTrust.of(settings.clients());
      return new TlsMaterial(context(certificates, trust), certificates, trust);
    } catch (GeneralSecurityException e) {
      throw new IOException("TLS cannot be prepared: " + e.getMessage(), e);
    }
  }

  private static SSLContext context(ServerCertificates certificates, ClientTrust trust)
      throws NoSuchAlgorithmException, KeyManagementException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(new KeyManager[] {new SniKeys(certificates)}, new TrustManager[] {trust}, null);
    SSLSessionContext sessions = context.getServerSessionContext();
    sessions.setSessionCacheSize(SESSIONS);
    sessions.setSessionTimeout((int) RESUMABLE.toSeconds());
    return context;
  }
}
