/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.smtp;

import org.apache.james.smtpserver.netty.SMTPServer;
import org.jspecify.annotations.Nullable;
import org.posthouse.identity.client.Networks;
import org.posthouse.james.command.Door;

/** What handlers may ask of a server's configuration. */
final class RelaySmtpConfiguration extends SMTPServer.SMTPHandlerConfigurationDataImpl
    implements Door {
  private final SMTPServer server;
  private final Networks authorized;

  /**
   * @param authorized networks that may relay without a login
   */
  RelaySmtpConfiguration(SMTPServer server, Networks authorized) {
    server.super();
    this.server = server;
    this.authorized = authorized;
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

  @Override
  public boolean takesLogins() {
    return switch (server.getAuthRequired()) {
      case NEVER -> false;
      case ALWAYS, FOR_UNAUTHORIZED_ADDRESSES -> true;
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
