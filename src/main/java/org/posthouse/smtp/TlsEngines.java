/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.smtp;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Makes the client's side of TLS. Every certificate is judged, by the authorities and by the name
 * (RFC 6125); whether a bad one ends the session is the level's business, that it was bad is told
 * in either case.
 */
public final class TlsEngines {
  private static final String PROBLEM = "org.posthouse.problem";

  private final SSLContext context;

  /**
   * Trusts these authorities.
   *
   * @param authorities null for those of the JDK
   * @throws GeneralSecurityException when the JDK cannot
   */
  public TlsEngines(@Nullable KeyStore authorities) throws GeneralSecurityException {
    context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new Judging(authorities(authorities))}, null);
  }

  private static X509ExtendedTrustManager authorities(@Nullable KeyStore store)
      throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return Arrays.stream(factory.getTrustManagers())
        .filter(X509ExtendedTrustManager.class::isInstance)
        .map(X509ExtendedTrustManager.class::cast)
        .findFirst()
        .orElseThrow();
  }

  /** An engine for a session with a host of this name. */
  SSLEngine engine(String host, int port) {
    SSLEngine engine = context.createSSLEngine(host, port);
    engine.setUseClientMode(true);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    engine.setSSLParameters(parameters);
    return engine;
  }

  /** What the handshake came to. */
  static TlsSession describe(SSLSession session) {
    return new TlsSession(
        session.getProtocol(),
        session.getCipherSuite(),
        certificate(session),
        (String) session.getValue(PROBLEM));
  }

  private static @Nullable String certificate(SSLSession session) {
    try {
      return session.getPeerCertificates()[0] instanceof X509Certificate x509
          ? x509.getSubjectX500Principal() + ", issued by " + x509.getIssuerX500Principal()
          : null;
    } catch (SSLPeerUnverifiedException e) {
      return null;
    }
  }

  /** Notes in the session what is wrong instead of ending it. */
  private static final class Judging extends X509ExtendedTrustManager {
    private final X509ExtendedTrustManager judge;

    Judging(X509ExtendedTrustManager judge) {
      this.judge = judge;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
      try {
        judge.checkServerTrusted(chain, type, engine);
      } catch (CertificateException e) {
        engine.getHandshakeSession().putValue(PROBLEM, Conversation.reason(e));
      }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      judge.checkServerTrusted(chain, type);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      judge.checkServerTrusted(chain, type, socket);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      judge.checkClientTrusted(chain, type);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      judge.checkClientTrusted(chain, type, socket);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      judge.checkClientTrusted(chain, type, engine);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return List.of(judge.getAcceptedIssuers()).toArray(X509Certificate[]::new);
    }
  }
}
