/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.auth;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.james.protocols.smtp.SMTPConfiguration;
import org.posthouse.identity.Identity;
import org.posthouse.identity.sasl.ChannelBinding;
import org.posthouse.identity.sasl.Discovery;
import org.posthouse.identity.sasl.LoginSources;
import org.posthouse.identity.sasl.Mechanism;
import org.posthouse.identity.sasl.Offer;
import org.posthouse.james.command.RelaySession;
import org.posthouse.tls.ClientCertificate;

/** What a client may use: where there is a source for it, and what its TLS allows. */
final class Offers {
  private Offers() {}

  /** Only for a session in TLS. */
  static Offer of(RelaySession session, Checks checks) {
    SMTPConfiguration door = session.getConfiguration();
    Optional<LoginSources> sources = checks.known();
    boolean passwords =
        checks.hooks().areThere() || sources.filter(known -> known.passwords() != null).isPresent();
    return new Offer(
        passwords && door.isPlainAuthEnabled(),
        sources.map(LoginSources::scram).orElse(null),
        session.serverCertificate().flatMap(ChannelBinding::of).orElse(null),
        session.supportsOAuth() || sources.filter(known -> known.tokens() != null).isPresent(),
        discovery(door),
        sources.flatMap(known -> identity(known, session.clientCertificate())).orElse(null));
  }

  private static Optional<Identity> identity(
      LoginSources sources, Optional<ClientCertificate> shown) {
    return shown.flatMap(
        certificate ->
            sources.certificates().identify(certificate.chain(), certificate.verified()));
  }

  private static Discovery discovery(SMTPConfiguration door) {
    return door.saslConfiguration()
        .map(oidc -> new Discovery(oidc.getScope(), oidc.getOidcConfigurationURL().toString()))
        .orElse(Discovery.NONE);
  }

  /** Lines of EHLO; the second is for programs older than RFC 2554. */
  static List<String> lines(Offer offer) {
    List<Mechanism> all = offer.mechanisms();
    List<String> lines = new ArrayList<>();
    if (!all.isEmpty()) {
      lines.add(
          all.stream()
              .map(Mechanism::registeredName)
              .collect(Collectors.joining(" ", "AUTH ", "")));
    }
    if (offer.passwords()) {
      lines.add("AUTH=LOGIN PLAIN");
    }
    return List.copyOf(lines);
  }
}
