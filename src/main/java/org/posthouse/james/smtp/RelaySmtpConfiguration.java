/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.smtp;

import org.apache.james.smtpserver.netty.SMTPServer;

/** What handlers may ask of a server's configuration. */
final class RelaySmtpConfiguration extends SMTPServer.SMTPHandlerConfigurationDataImpl {
  RelaySmtpConfiguration(SMTPServer server) {
    server.super();
  }

  /** Never in clear, whatever {@code requireSSL} says (RFC 4954, section 4; RFC 8314). */
  @Override
  public boolean isAuthAnnounced(String remoteIp, boolean tlsStarted) {
    return tlsStarted && super.isAuthAnnounced(remoteIp, true);
  }

  @Override
  public String getSoftwareName() {
    return "Posthouse";
  }
}
