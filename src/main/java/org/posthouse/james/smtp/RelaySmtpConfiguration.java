/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.smtp;

import org.apache.james.smtpserver.netty.SMTPServer;
import org.jspecify.annotations.Nullable;

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
