/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.command;

import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;
import javax.inject.Inject;
import javax.inject.Provider;
import javax.inject.Singleton;
import org.jspecify.annotations.Nullable;
import org.posthouse.identity.Identities;
import org.posthouse.identity.Identity;
import org.posthouse.identity.rights.Client;
import org.posthouse.identity.rights.Decision;
import org.posthouse.identity.rights.Grant;
import org.posthouse.identity.rights.RelayRight;
import org.posthouse.identity.rights.RelayRight.How;
import org.posthouse.identity.rights.SenderRights;
import org.posthouse.james.RefusalReason;
import org.posthouse.james.auth.Authentication;
import org.posthouse.james.auth.LoginLog;
import org.posthouse.tls.ClientCertificate;
import org.posthouse.tls.NegotiatedTls;

/**
 * Finds out who a session's client is: by its login, else by its certificate, else by its address.
 * What is proved later counts from the next mail on.
 */
@Singleton
public final class Admissions {
  private static final String EXTERNAL = "EXTERNAL";
  private static final Decision UNDECIDED =
      new Decision(Decision.Outcome.ALLOWED, SenderRights.NO_RULE, "not asked yet", null, null);

  private final Identities identities;
  private final Provider<SenderRights> rights;

  /**
   * Asks both when a mail comes.
   *
   * @param rights not before the default domain is known
   */
  @Inject
  public Admissions(Identities identities, Provider<SenderRights> rights) {
    this.identities = identities;
    this.rights = rights;
  }

  /** What a client has proved. */
  private record Proof(
      How how,
      @Nullable Identity identity,
      @Nullable String credential,
      @Nullable String mechanism) {
    static final Proof NONE = new Proof(How.LOCAL, null, null, null);
  }

  Admission of(RelaySession session) {
    Optional<ClientCertificate> certificate = session.clientCertificate();
    Proof proof = proof(session, certificate);
    session.knownAs(proof.identity());
    if (proof.identity() == null) {
      certificate.ifPresent(each -> LoginLog.unknown(session, each.own(), each.fingerprint()));
    }
    if (proof.identity() != null && Authentication.of(session).isEmpty()) {
      LoginLog.known(session, proof.identity(), proof.how().name().toLowerCase(Locale.ROOT));
    }
    InetAddress address = session.client().address().getAddress();
    boolean authorized = session.getConfiguration().isRelayingAllowed(session.clientAddress());
    Client client = new Client(proof.identity(), address, authorized);
    Grant grant = rights.get().grant(client);
    // What stock's hooks ask; who is not admitted has no right by an earlier mail either.
    session.setRelayingAllowed(grant.mayRelay());
    return new Admission(
        grant,
        client,
        proof.how() == How.LOCAL && authorized ? How.NETWORK : proof.how(),
        proof.credential(),
        proof.mechanism(),
        session.protection().map(tls -> tls(tls, certificate)).orElse(null),
        UNDECIDED);
  }

  private static RelayRight.Tls tls(NegotiatedTls tls, Optional<ClientCertificate> certificate) {
    return new RelayRight.Tls(
        tls.version(),
        tls.cipher(),
        certificate.map(each -> each.own().getSubjectX500Principal().getName()).orElse(null),
        certificate.map(ClientCertificate::fingerprint).orElse(null));
  }

  private Proof proof(RelaySession session, Optional<ClientCertificate> certificate) {
    Optional<Authentication> login = Authentication.of(session);
    if (login.isPresent()) {
      Authentication by = login.get();
      if (identities.isRevoked(by.identity(), by.credential(), by.verifier())) {
        session.refuseFor(RefusalReason.of("login"));
        throw new CommandRefusedException(Replies.LOGIN_REVOKED);
      }
      How how = by.mechanism().equals(EXTERNAL) ? How.CERTIFICATE : How.LOGIN;
      return new Proof(how, by.identity(), by.credential(), by.mechanism());
    }
    if (session.getUsername() != null) {
      String name = session.getUsername().asString();
      Identity identity = identities.complete(Identity.named(name, "james"));
      return new Proof(How.LOGIN, identity, null, null); // by XCLIENT, or a hook of somebody's
    }
    return certificate
        .flatMap(each -> identities.ofCertificate(each.chain(), each.verified()))
        .map(identity -> new Proof(How.CERTIFICATE, identity, null, null))
        .or(() -> byAddress(session))
        .orElse(Proof.NONE);
  }

  private Optional<Proof> byAddress(RelaySession session) {
    return identities
        .ofAddress(session.client().address().getAddress())
        .map(identity -> new Proof(how(identity), identity, null, null));
  }

  private static How how(Identity identity) {
    return identity.source().equals("host") ? How.HOST : How.NETWORK;
  }
}
