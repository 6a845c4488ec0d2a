/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.smtp;

import java.util.Optional;
import javax.net.ssl.SSLSession;
import org.apache.james.smtpserver.netty.SMTPServer;
import org.jspecify.annotations.Nullable;
import org.posthouse.tls.ClientCertificate;
import org.posthouse.tls.DoorTls;

/** What handlers may ask of a server's configuration. */
final class RelaySmtpConfiguration extends SMTPServer.SMTPHandlerConfigurationDataImpl {
  private final SMTPServer server;
  private final Networks authorized;

  private final @Nullable DoorTls tls;

  /**
   * @param authorized networks that may relay without a login
   * @param tls null for a door without
   */
  RelaySmtpConfiguration(SMTPServer server, Networks authorized, @Nullable DoorTls tls) {
    server.super();
    this.server = server;
    this.authorized = authorized;
    this.tls = tls;
  }

  /** Whether mail in clear is to be refused: 530 5.7.0 (RFC 3207, section 4). */
  boolean isTlsRequired() {
    return tls != null && (tls.settings().required() || tls.settings().certificateRequired());
  }

  /** Whether mail needs a certificate of the client; where it has none, no handshake succeeds. */
  boolean isCertificateRequired() {
    return tls != null && tls.settings().certificateRequired();
  }

  /** The client's certificate; may ask an authority, so not on IO threads. */
  Optional<ClientCertificate> clientCertificate(SSLSession session) {
    return tls == null ? Optional.empty() : tls.clientCertificate(session);
  }

  @Override
  public boolean isRelayingAllowed(String remoteIp) {
    return authorized.contains(remoteIp);
  }

  /** Never in clear, whatever {@code requireSSL} says (RFC 4954, section 4; RFC 8314). */
  @Override
  public boolean isAuthAnnounced(String remoteIp, boolean tlsStarted) {
    return tlsStarted
        && switch (server.getAuthRequired()) {
          case NEVER -> false;
          case ALWAYS -> true;
          case FOR_UNAUTHORIZED_ADDRESSES -> !isRelayingAllowed(remoteIp);
        };
  }

  /** 220 begins with the host's name (RFC 5321, section 4.2); stock leaves it to smtpGreeting. */
  @Override
  public @Nullable String getGreeting() {
    String text = super.getGreeting();
    String name = getHelloName();
    return text == null || text.startsWith(name) ? text : name + " ESMTP " + text;
  }

  @Override
  public String getSoftwareName() {
    return "Posthouse";
  }
}
