/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.smtp;

import io.netty.handler.ssl.SslHandler;
import org.apache.james.protocols.api.ClientAuth;
import org.apache.james.protocols.netty.Encryption;
import org.posthouse.tls.DoorTls;

/** TLS of a door as stock's server asks for it. */
record DoorEncryption(DoorTls tls) implements Encryption {
  @Override
  public boolean isStartTLS() {
    return !tls.settings().implicit();
  }

  @Override
  public boolean supportsEncryption() {
    return true;
  }

  @Override
  public String[] getEnabledCipherSuites() {
    return tls.settings().ciphers().toArray(String[]::new);
  }

  @Override
  public ClientAuth getClientAuth() {
    return tls.settings().certificateRequired() ? ClientAuth.NEED : ClientAuth.NONE;
  }

  @Override
  public SslHandler sslHandler() {
    return tls.handler();
  }
}
