/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery;

import java.util.concurrent.CompletableFuture;
import org.posthouse.smtp.Candidate;
import org.posthouse.smtp.SmtpSession;
import org.posthouse.smtp.TlsLevel;

/** A session with a host of a site, kept from one mail to the next. */
final class Connection {
  private final SmtpSession session;
  private final Candidate at;
  private final TlsLevel wanted;
  private int mails;
  private long idleSince;

  /**
   * A connection.
   *
   * @param wanted how far it was to be protected, before a handshake failed perhaps
   */
  Connection(SmtpSession session, Candidate at, TlsLevel wanted) {
    this.wanted = wanted;
    this.session = session;
    this.at = at;
  }

  SmtpSession session() {
    return session;
  }

  /** As {@link SiteHost#key}. */
  String hostKey() {
    return at.settings().hostName() + ":" + at.address().getPort();
  }

  Attempt.Peer peer() {
    return new Attempt.Peer(
        at.toString(),
        wanted,
        session.tls().orElse(null),
        session.capabilities().has("DSN"),
        session.capabilities().has("DELIVERBY"));
  }

  int mails() {
    return mails;
  }

  /** Whether it has carried a mail before. */
  boolean isUsed() {
    return mails > 0;
  }

  void carries() {
    mails++;
  }

  /** Whether another mail may follow (RFC 9422: MAILMAX). */
  boolean hasRoom(int most) {
    return session.isOpen()
        && mails < Math.min(most, session.capabilities().limit("MAILMAX").orElse(most));
  }

  long idleSince() {
    return idleSince;
  }

  Connection idleFrom(long nanos) {
    idleSince = nanos;
    return this;
  }

  void end() {
    if (session.isOpen()) {
      CompletableFuture<Void> unused = session.quit();
    }
  }
}
