/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.tls;

import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLContext;

/** Protocols and cipher suites: what is used unless the file says otherwise, and what exists. */
final class Suites {
  static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");

  /**
   * Authenticated encryption with forward secrecy (RFC 9325, section 4.2). Without finite-field
   * Diffie-Hellman: it costs a server far more than the client that asks for it (CVE-2002-20001).
   */
  static final List<String> CIPHERS =
      List.of(
          "TLS_AES_256_GCM_SHA384",
          "TLS_AES_128_GCM_SHA256",
          "TLS_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

  private Suites() {}

  /** Protocols that the JDK knows, also those that it has switched off. */
  static Set<String> knownProtocols() {
    return Set.of(jdk().getSupportedSSLParameters().getProtocols());
  }

  /** Protocols that the JDK lets anyone use. */
  static Set<String> usableProtocols() {
    return Set.of(jdk().getDefaultSSLParameters().getProtocols());
  }

  static Set<String> knownCiphers() {
    return Set.of(jdk().getSupportedSSLParameters().getCipherSuites());
  }

  /** Whether a suite gives both forward secrecy and authenticated encryption. */
  static boolean isGood(String cipher) {
    return isOf13(cipher)
        || (cipher.contains("DHE_")
            && !cipher.contains("_anon_")
            && (cipher.contains("_GCM_") || cipher.contains("_CHACHA20_")));
  }

  /** Whether a handshake can end in that suite with a certificate of that kind of key. */
  static boolean fits(String protocol, String cipher, String keyType) {
    if (protocol.equals("TLSv1.3") || isOf13(cipher)) {
      return protocol.equals("TLSv1.3") && isOf13(cipher);
    }
    boolean later = cipher.endsWith("_SHA256") || cipher.endsWith("_SHA384");
    return (protocol.equals("TLSv1.2") || !later)
        && cipher.contains(keyType.equals("EC") ? "_ECDSA_" : "_RSA_");
  }

  private static boolean isOf13(String cipher) {
    return !cipher.contains("_WITH_");
  }

  private static SSLContext jdk() {
    try {
      return SSLContext.getDefault();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // the JDK's own
    }
  }
}
