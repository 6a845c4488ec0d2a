/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.auth;

import java.security.cert.X509Certificate;
import java.time.Duration;
import org.apache.james.protocols.api.ProtocolSession;
import org.apache.james.protocols.api.ProtocolSession.AttachmentKey;
import org.apache.james.protocols.api.ProtocolSession.State;
import org.posthouse.config.TimeSpan;
import org.posthouse.identity.Identity;
import org.posthouse.identity.guess.Attempt;
import org.posthouse.identity.guess.GuessGuard;
import org.posthouse.identity.guess.Subject;
import org.posthouse.james.EventText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lines about clients that become known, and about blocks; reception logs what is refused. */
public final class LoginLog implements GuessGuard.Events {
  private static final Logger LOGGER = LoggerFactory.getLogger("org.posthouse.login");
  private static final AttachmentKey<String> KNOWN =
      AttachmentKey.of("org.posthouse.known", String.class);

  static void success(ProtocolSession session, String login, Authentication who) {
    String how = who.mechanism().equals("EXTERNAL") ? "certificate" : "login";
    log(session, "235", login, who, how);
  }

  /**
   * A client that is known without AUTH: one line for a connection, at its first mail.
   *
   * @param how {@code certificate}, {@code network}, {@code host}, or {@code login} for one that a
   *     proxy has let in
   */
  public static void known(ProtocolSession session, Identity who, String how) {
    String name = who.name();
    if (session.getAttachment(KNOWN, State.Connection).filter(name::equals).isEmpty()) {
      session.setAttachment(KNOWN, name, State.Connection);
      log(session, "-", "-", new Authentication(who, "-", "-", null), how);
    }
  }

  /** A client that has a certificate, and is nobody by it: one line for a connection. */
  public static void unknown(
      ProtocolSession session, X509Certificate certificate, String fingerprint) {
    if (session.getAttachment(KNOWN, State.Connection).isEmpty()) {
      session.setAttachment(KNOWN, "", State.Connection);
      LOGGER.info(
          "unknown client={} fingerprint=SHA256:{} certificate={} error={}",
          session.getRemoteAddress().getAddress().getHostAddress(),
          fingerprint,
          EventText.quoted(certificate.getSubjectX500Principal().getName()),
          EventText.quoted("no <certificate> of identities.xml holds for it"));
    }
  }

  private static void log(
      ProtocolSession session, String reply, String login, Authentication who, String how) {
    LOGGER.info(
        "login reply={} user={} as={} source={} credential={} mechanism={} client={} how={}",
        reply,
        EventText.word(login),
        EventText.word(who.identity().name()),
        EventText.word(who.identity().source()),
        EventText.word(who.credential()),
        who.mechanism(),
        session.getRemoteAddress().getAddress().getHostAddress(),
        how);
  }

  @Override
  public void blocked(Subject subject, Duration block, Attempt last) {
    LOGGER.warn(
        "blocked scope={} of={} for={} client={} login={}",
        subject.scope(),
        EventText.word(subject.of()),
        TimeSpan.text(block),
        last.client().getHostAddress(),
        last.login().isEmpty() ? "-" : EventText.word(last.login()));
  }

  @Override
  public void unblocked(Subject subject) {
    LOGGER.info("unblocked scope={} of={}", subject.scope(), EventText.word(subject.of()));
  }
}
