/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.smtp;

import java.net.InetAddress;
import java.util.Optional;
import javax.net.ssl.SSLSession;
import org.apache.james.smtpserver.netty.SMTPServer;
import org.jspecify.annotations.Nullable;
import org.posthouse.identity.Identity;
import org.posthouse.identity.Pseudonyms;
import org.posthouse.identity.TokenSource;
import org.posthouse.identity.client.Networks;
import org.posthouse.james.command.DoorSettings;
import org.posthouse.james.command.SessionLimits;
import org.posthouse.tls.ClientCertificate;
import org.posthouse.tls.DoorTls;

/** What handlers may ask of a server's configuration. */
final class RelaySmtpConfiguration extends SMTPServer.SMTPHandlerConfigurationDataImpl
    implements DoorSettings {
  private final SMTPServer server;
  private final Networks authorized;
  private final Networks xclients;
  private final SessionLimits limits;

  private final @Nullable DoorTls tls;
  private final @Nullable Pseudonyms pseudonyms;
  private final @Nullable TokenSource tokens;

  /**
   * A door's.
   *
   * @param authorized networks that may relay without a login
   * @param xclients networks whose hosts may say for whom they speak
   * @param tls null for a door without
   * @param tokens null for a door without {@code <oidc>}
   * @param pseudonyms null for a door that names clients in its trace field
   */
  RelaySmtpConfiguration(
      SMTPServer server,
      Networks authorized,
      Networks xclients,
      SessionLimits limits,
      @Nullable DoorTls tls,
      @Nullable TokenSource tokens,
      @Nullable Pseudonyms pseudonyms) {
    server.super();
    this.server = server;
    this.authorized = authorized;
    this.xclients = xclients;
    this.limits = limits;
    this.tls = tls;
    this.tokens = tokens;
    this.pseudonyms = pseudonyms;
  }

  @Override
  public boolean isTlsRequired() {
    return tls != null && (tls.settings().required() || tls.settings().certificateRequired());
  }

  @Override
  public Optional<ClientCertificate> clientCertificate(SSLSession session) {
    return tls == null ? Optional.empty() : tls.clientCertificate(session);
  }

  @Override
  public Optional<TokenSource> tokens() {
    return Optional.ofNullable(tokens);
  }

  @Override
  public Optional<String> pseudonym(Identity identity) {
    return Optional.ofNullable(pseudonyms).map(all -> all.of(identity.name()));
  }

  @Override
  public boolean mayUseXclient(InetAddress peer) {
    return xclients.contains(peer);
  }

  @Override
  public SessionLimits limits() {
    return limits;
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
