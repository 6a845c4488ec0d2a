/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.tls;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertificateException;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Judges certificates of clients. Only where one is needed, and authorities vouch for it, does a
 * bad one end the handshake: elsewhere it is asked for later whether it is verified. So a client
 * that shows a certificate of whatever kind is not worse off than one that shows none.
 */
final class ClientTrust extends X509ExtendedTrustManager {
  private final @Nullable X509ExtendedTrustManager judge;
  private final boolean strict;
  private final boolean tells;

  private ClientTrust(
      @Nullable X509ExtendedTrustManager judge, ClientAuthentication clients, boolean tells) {
    this.judge = judge;
    this.strict = clients.mode() == ClientAuthentication.Mode.NEED && !clients.any();
    this.tells = tells;
  }

  static ClientTrust of(ClientAuthentication clients) throws IOException, GeneralSecurityException {
    KeyStore named = named(clients);
    boolean some = named.size() > 0;
    if (clients.mode() == ClientAuthentication.Mode.NONE || (clients.any() && !some)) {
      return new ClientTrust(null, clients, false);
    }
    TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
    if (clients.revocation() && some) {
      factory.init(asking(named));
    } else {
      // As in stock, null stands for the public authorities that the JDK trusts.
      factory.init(some ? named : null);
    }
    return new ClientTrust(judge(factory), clients, some && !clients.any());
  }

  private static X509ExtendedTrustManager judge(TrustManagerFactory factory) {
    return Arrays.stream(factory.getTrustManagers())
        .filter(X509ExtendedTrustManager.class::isInstance)
        .map(X509ExtendedTrustManager.class::cast)
        .findFirst()
        .orElseThrow();
  }

  /** All authorities that the settings name. */
  private static KeyStore named(ClientAuthentication clients)
      throws IOException, GeneralSecurityException {
    KeyStore all = KeyStore.getInstance("PKCS12");
    all.load(null, null);
    for (Path file : clients.authorities()) {
      for (X509Certificate authority : PemFiles.readCertificates(file)) {
        all.setCertificateEntry("authority" + all.size(), authority);
      }
    }
    if (clients.truststore() != null) {
      KeyStore store = clients.truststore().load();
      for (String alias : Collections.list(store.aliases())) {
        if (store.isCertificateEntry(alias)) {
          all.setCertificateEntry("authority" + all.size(), store.getCertificate(alias));
        }
      }
    }
    return all;
  }

  /** As stock asks: by OCSP, and not by lists where there is no answer. */
  private static CertPathTrustManagerParameters asking(KeyStore authorities)
      throws GeneralSecurityException {
    PKIXRevocationChecker checker =
        (PKIXRevocationChecker) CertPathBuilder.getInstance("PKIX").getRevocationChecker();
    checker.setOptions(EnumSet.of(PKIXRevocationChecker.Option.NO_FALLBACK));
    PKIXBuilderParameters parameters =
        new PKIXBuilderParameters(authorities, new X509CertSelector());
    parameters.addCertPathChecker(checker);
    return new CertPathTrustManagerParameters(parameters);
  }

  /** Whether an authority vouches for it now; may ask that authority. */
  boolean verifies(List<X509Certificate> chain) {
    if (judge == null || chain.isEmpty()) {
      return false;
    }
    try {
      judge.checkClientTrusted(
          chain.toArray(X509Certificate[]::new), chain.get(0).getPublicKey().getAlgorithm());
      return true;
    } catch (CertificateException | IllegalArgumentException e) {
      return false;
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    if (strict && judge != null) {
      judge.checkClientTrusted(chain, type, engine);
    }
  }

  /** Named to clients, so that they find the certificate to show; none where any will do. */
  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return judge == null || !tells ? new X509Certificate[0] : judge.getAcceptedIssuers();
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    throw new CertificateException("a door has engines");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    throw new CertificateException("a door has engines");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    throw new CertificateException("a door is no client");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    throw new CertificateException("a door is no client");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    throw new CertificateException("a door is no client");
  }
}
