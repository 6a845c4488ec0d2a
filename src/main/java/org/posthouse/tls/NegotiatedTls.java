/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.tls;

import javax.net.ssl.SSLSession;

/**
 * How a connection is protected.
 *
 * @param version such as {@code TLSv1.3}
 * @param cipher the registered name of the cipher suite
 */
public record NegotiatedTls(String version, String cipher) {
  /** Of a session whose handshake is done. */
  public static NegotiatedTls of(SSLSession session) {
    return new NegotiatedTls(session.getProtocol(), session.getCipherSuite());
  }

  /** As in a trace field: {@code TLSv1.3 TLS_AES_256_GCM_SHA384}. */
  @Override
  public String toString() {
    return version + " " + cipher;
  }
}
