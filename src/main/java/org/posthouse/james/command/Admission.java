/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.command;

import java.util.Optional;
import java.util.Set;
import org.apache.james.protocols.api.Response;
import org.jspecify.annotations.Nullable;
import org.posthouse.identity.rights.Client;
import org.posthouse.identity.rights.Decision;
import org.posthouse.identity.rights.Grant;
import org.posthouse.identity.rights.RelayRight;
import org.posthouse.identity.rights.SenderRights;
import org.posthouse.james.RefusalReason;
import org.posthouse.james.Reply;

/**
 * Who a client is, by what it has proved, and what it may send. Made anew for each mail, since a
 * login may have come in between.
 *
 * @param how what lets it relay; LOCAL when nothing does
 * @param credential the name of the credential that opened; null without one
 * @param mechanism of SASL; null without a login
 * @param tls of the connection; null in clear
 * @param sender what was decided of the sender
 */
public record Admission(
    Grant grant,
    Client client,
    RelayRight.How how,
    @Nullable String credential,
    @Nullable String mechanism,
    RelayRight.@Nullable Tls tls,
    Decision sender) {
  /** Whether it may relay, within what its rule says. */
  boolean mayRelay() {
    return grant.mayRelay();
  }

  /** The same, with what was decided of the sender. */
  Admission with(Decision decision) {
    return new Admission(grant, client, how, credential, mechanism, tls, decision);
  }

  /** Whether EHLO should show a line. */
  boolean offers(String line) {
    return grant.mayUse(line.split(" ", 2)[0]);
  }

  /** The parameters of MAIL and RCPT that belong to an extension which rules may withhold. */
  static Set<String> extension(String parameter, String value) {
    return switch (parameter) {
      case "BODY" -> value.equalsIgnoreCase("7BIT") ? Set.of() : Set.of(body(value));
      case "SMTPUTF8", "MT-PRIORITY" -> Set.of(parameter);
      case "RET", "ENVID", "NOTIFY", "ORCPT" -> Set.of("DSN");
      case "HOLDFOR", "HOLDUNTIL" -> Set.of("FUTURERELEASE");
      case "BY" -> Set.of("DELIVERBY");
      default -> Set.of();
    };
  }

  private static String body(String value) {
    return value.equalsIgnoreCase("BINARYMIME") ? "BINARYMIME" : "8BITMIME";
  }

  /** What is recorded on the mail. */
  public RelayRight right() {
    boolean relays = mayRelay();
    return new RelayRight(
        relays ? how : RelayRight.How.LOCAL,
        client,
        credential,
        mechanism,
        tls,
        network(),
        relays ? grant.rule() : SenderRights.LOCAL,
        sender.reason());
  }

  private @Nullable String network() {
    boolean byAddress = how == RelayRight.How.NETWORK || how == RelayRight.How.HOST;
    return byAddress && client.identity() != null ? client.identity().name() : null;
  }

  /** A refusal in James' form, of which the log tells the rule; empty when the client may go on. */
  public static Optional<Response> refusal(RelaySession session, Decision decision) {
    decision
        .refusal()
        .ifPresent(
            reply -> session.refuseFor(RefusalReason.of("rule").with("rule", decision.rule())));
    return decision.refusal().map(Reply::of);
  }
}
