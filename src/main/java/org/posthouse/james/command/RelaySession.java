/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.InetSocketAddress;
import java.nio.charset.Charset;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLSession;
import org.apache.james.protocols.api.ProtocolTransport;
import org.apache.james.protocols.api.Response;
import org.apache.james.protocols.api.handler.LineHandler;
import org.apache.james.protocols.netty.BasicChannelInboundHandler;
import org.apache.james.protocols.smtp.SMTPConfiguration;
import org.apache.james.protocols.smtp.SMTPSession;
import org.apache.james.smtpserver.ExtendedSMTPSession;
import org.jspecify.annotations.Nullable;
import org.posthouse.identity.Identity;
import org.posthouse.james.RefusalReason;
import org.posthouse.james.Reply;
import org.posthouse.tls.ClientCertificate;
import org.posthouse.tls.NegotiatedTls;

/** One client's session, with the mail that it is about to hand over. */
public final class RelaySession extends ExtendedSMTPSession {
  private static final Response TOO_LONG = Reply.of("500", "5.5.6 The line is too long");
  private static final Response TROUBLE = Reply.of("451", "4.3.0 Local error");
  private static final Response UNKNOWN = Reply.of("500", "5.5.1 There is no such command");

  private final Suspension suspension;
  private Client client;
  private boolean speaksForOther;
  private MailTransaction transaction = new MailTransaction();
  private boolean takesChunks;
  private final Visit visit = new Visit();
  private boolean exchangeIsOpen;
  private volatile @Nullable RefusalReason reason;
  private volatile @Nullable Identity identity;
  private volatile boolean accepted;

  /** Begins with nothing known of the client. */
  public RelaySession(
      SMTPConfiguration configuration,
      ProtocolTransport transport,
      Client client,
      Suspension suspension) {
    super(configuration, transport);
    this.client = client;
    this.suspension = suspension;
    allowByNetwork(); // James has looked at the peer
  }

  /** The session as ours, which every session of our server is. */
  public static RelaySession of(SMTPSession session) {
    return (RelaySession) session;
  }

  /** Where it comes from. */
  public Client client() {
    return client;
  }

  /** The client's address in text, also behind a proxy. */
  public String clientAddress() {
    return client.address().getAddress().getHostAddress();
  }

  /** The mail at hand is stored. */
  public void noteAccepted() {
    accepted = true;
  }

  /** Whether a mail was stored since this was asked last. */
  public boolean takeAccepted() {
    boolean told = accepted;
    accepted = false;
    return told;
  }

  /** Who the client is, since it first handed in a mail; empty when nobody knows. */
  public Optional<Identity> identity() {
    return Optional.ofNullable(identity);
  }

  /** Whether nothing is known of the client, so far. */
  public boolean isStranger() {
    return identity == null && getUsername() == null && !isRelayingAllowed();
  }

  void knownAs(@Nullable Identity who) {
    identity = who;
  }

  /** Tells the log why the reply that follows refuses, where the reply alone does not. */
  public void refuseFor(RefusalReason why) {
    reason = why;
  }

  /** What {@link #refuseFor} was told for the reply at hand; empty for the next. */
  public Optional<RefusalReason> takeReason() {
    Optional<RefusalReason> told = Optional.ofNullable(reason);
    reason = null;
    return told;
  }

  /** What the door allows. */
  public DoorSettings door() {
    return (DoorSettings) getConfiguration();
  }

  /** The session begins anew, as if it came from there. */
  void beginAs(Client other) {
    client = other;
    speaksForOther = true;
    identity = null;
    setUsername(null);
    getConnectionState()
        .keySet()
        .removeIf(key -> !key.equals(BasicChannelInboundHandler.MDC_ATTRIBUTE_KEY));
    allowByNetwork();
    forgetGreeting();
  }

  private void allowByNetwork() {
    setRelayingAllowed(getConfiguration().isRelayingAllowed(clientAddress()));
  }

  /** The client's, also behind a proxy. */
  @Override
  public InetSocketAddress getRemoteAddress() {
    // James asks while it makes the session.
    return client == null ? super.getRemoteAddress() : client.address();
  }

  /** The mail at hand; a new one after each reset. */
  public MailTransaction transaction() {
    return transaction;
  }

  /** Whether messages may come by BDAT: not where a filter of somebody's counts on lines. */
  boolean takesChunks() {
    return takesChunks;
  }

  /** See {@link #takesChunks()}. */
  public void takeChunks(boolean may) {
    takesChunks = may;
  }

  /**
   * What the trace field of the mail at hand calls its client; empty where it names the client
   * itself: at doors that do, and for whoever is not known.
   */
  public Optional<String> pseudonym() {
    return Optional.ofNullable(transaction.admission().client().identity())
        .flatMap(door()::pseudonym);
  }

  /** To make the session wait for a reply that comes from elsewhere. */
  public Suspension suspension() {
    return suspension;
  }

  /** Whether a login gives rights at this door, so that AUTH is understood. */
  public boolean takesLogins() {
    return door().takesLogins();
  }

  /** The next line is a response in an exchange of AUTH. */
  public void openExchange(LineHandler<SMTPSession> next) {
    pushLineHandler(next);
    exchangeIsOpen = true;
  }

  /** The next line is a command again; does nothing when it is one anyway. */
  public void closeExchange() {
    if (exchangeIsOpen) {
      popLineHandler();
      exchangeIsOpen = false;
    }
  }

  /** What this server has shown in the handshake; empty in clear. */
  public Optional<X509Certificate> serverCertificate() {
    return tls().map(SSLSession::getLocalCertificates).flatMap(RelaySession::first);
  }

  /**
   * What the client has shown; may ask an authority, so not on IO threads. That of a proxy counts
   * for itself only.
   */
  public Optional<ClientCertificate> clientCertificate() {
    return speaksForOther ? Optional.empty() : tls().flatMap(door()::clientCertificate);
  }

  /** How what it says is protected; empty in clear. */
  public Optional<NegotiatedTls> protection() {
    return tls().map(NegotiatedTls::of);
  }

  private Optional<SSLSession> tls() {
    return getProtocolTransport() instanceof TlsTransport transport
        ? transport.tlsSession()
        : Optional.empty();
  }

  private static Optional<X509Certificate> first(Certificate @Nullable [] chain) {
    return chain != null && chain.length > 0 && chain[0] instanceof X509Certificate first
        ? Optional.of(first)
        : Optional.empty();
  }

  @Override
  public void resetState() {
    super.resetState();
    transaction.end();
    transaction = new MailTransaction();
  }

  /** Among the sessions of its submitter. */
  Visit visit() {
    return visit;
  }

  /** The connection has gone. */
  public void ended() {
    visit.end();
    transaction.end();
  }

  /** After STARTTLS nothing counts that was said in clear (RFC 3207 section 4.2). */
  public void forgetGreeting() {
    removeAttachment(CURRENT_HELO_MODE, State.Connection);
    removeAttachment(CURRENT_HELO_NAME, State.Connection);
    resetState();
  }

  /** Commands may hold UTF-8 (RFC 6531 section 3.4). */
  @Override
  public Charset getCharset() {
    return UTF_8;
  }

  @Override
  public Response newLineTooLongResponse() {
    return TOO_LONG;
  }

  @Override
  public Response newFatalErrorResponse() {
    return TROUBLE;
  }

  @Override
  public Response newCommandNotFoundErrorResponse() {
    return UNKNOWN;
  }
}
