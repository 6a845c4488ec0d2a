/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.rights;

import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.posthouse.envelope.SmtpReply;

/**
 * What one client may send. It is made when it is known who the client is, and asked at each step
 * of its mails; a client that no rule names may write to the local addresses only. Immutable.
 */
public final class Grant {
  private final Client client;
  private final @Nullable Rule rule;
  private final OwnAddresses own;
  private final LocalAddresses local;

  Grant(Client client, @Nullable Rule rule, OwnAddresses own, LocalAddresses local) {
    this.client = client;
    this.rule = rule;
    this.own = own;
    this.local = local;
  }

  /** Whether a rule names the client: it may relay, within what the rule says. */
  public boolean mayRelay() {
    return rule != null;
  }

  /** The name of the rule, or {@link SenderRights#NO_RULE}. */
  public String rule() {
    return rule == null ? SenderRights.NO_RULE : rule.name();
  }

  /** Whether EHLO should offer an extension, named as there; 8BITMIME and the like. */
  public boolean mayUse(String extension) {
    Set<String> mine = rule == null ? Extensions.OF_STRANGERS : rule.extensions();
    return mine.contains(extension) || !Extensions.ALL.contains(extension);
  }

  /** The most octets of a mail; {@link Long#MAX_VALUE} for no limit but the door's. */
  public long mostOctets() {
    return rule == null ? Long.MAX_VALUE : rule.size();
  }

  /**
   * At MAIL.
   *
   * @param reversePath without angle brackets; empty for the null reverse-path
   * @param octets as the parameter SIZE says (RFC 1870); 0 where there is none
   * @param extensions of which the command has parameters, in upper case
   */
  public Decision mail(String reversePath, long octets, Set<String> extensions) {
    Optional<String> unusable =
        extensions.stream().filter(each -> !mayUse(each)).sorted().findFirst();
    if (unusable.isPresent()) {
      return refused(Replies.noExtension(unusable.get()));
    }
    if (rule == null) {
      return local.isEmpty()
          ? refused(Replies.nobody(client))
          : allowed("may write to local addresses only");
    }
    Decision size = size(octets);
    return size.goesOn() ? sender(rule, reversePath) : size;
  }

  private Decision sender(Rule rule, String reversePath) {
    if (reversePath.isEmpty()) {
      return rule.nullSender()
          ? allowed("null reverse-path")
          : refused(Replies.denied(client.name() + " may not use the null reverse-path"));
    }
    if (rule.sender().any()) {
      return allowed("any sender");
    }
    Optional<Address> address = Address.parse(reversePath);
    if (address.isEmpty()) {
      return refused(Replies.badSender());
    }
    return own.allow(rule.sender(), address.get())
        ? allowed("sender allowed")
        : unallowed(rule, "sender", reversePath);
  }

  /** At RCPT; the address stands without angle brackets. Local addresses are open to all. */
  public Decision recipient(String forwardPath) {
    if (local.find(forwardPath).isPresent()) {
      return Decision.allowed(SenderRights.LOCAL, "local address");
    }
    if (rule == null) {
      return refused(Replies.nobody(client));
    }
    boolean allowed =
        rule.recipients().any()
            || Address.parse(forwardPath)
                .filter(address -> own.allow(rule.recipients(), address))
                .isPresent();
    return allowed
        ? allowed("recipient allowed")
        : refused(Replies.denied(client.name() + " may not send to " + Replies.shown(forwardPath)));
  }

  /** While a mail comes, and when it has come. */
  public Decision size(long octets) {
    return octets <= mostOctets()
        ? allowed("size allowed")
        : refused(Replies.tooLarge(mostOctets()));
  }

  /** Whether {@link #header} needs to be asked: not of strangers, nor where all is allowed. */
  public boolean checksHeader() {
    return rule != null
        && !(rule.from().any()
            && rule.alsoCheck().isEmpty()
            && rule.displayNames().kind() == DisplayNames.Kind.ANY);
  }

  /** Of the header fields {@code sender} and {@code reply-to} those that the rule names. */
  public Set<String> alsoChecked() {
    return rule == null ? Set.of() : rule.alsoCheck();
  }

  /** When the mail has come. */
  public Decision header(Originators header) {
    if (rule == null || !checksHeader()) {
      return allowed("header not checked");
    }
    Decision decision = new HeaderDecision(rule, this, own).of(header);
    return decision.reply() == null ? decision : refused(decision.reply());
  }

  /** What the rule says of an address that is not allowed. */
  Decision unallowed(Rule rule, String what, String address) {
    String reason = what + " " + Replies.shown(address) + " is not allowed";
    SmtpReply reply =
        Replies.denied(
            client.name() + " may not send as " + Replies.shown(address) + " (" + what + ")");
    Otherwise otherwise = rule.otherwise();
    return switch (otherwise.kind()) {
      case REFUSE -> refused(reply);
      case REFUSE_AFTER_DATA ->
          new Decision(Decision.Outcome.REFUSED_AFTER_DATA, rule(), reply.text(), reply, null);
      case MARK -> new Decision(Decision.Outcome.MARKED, rule(), reason, null, otherwise.header());
      case REWRITE ->
          Optional.ofNullable(otherwise.address())
              .or(own::first)
              .map(to -> new Decision(Decision.Outcome.REWRITTEN, rule(), reason, null, to))
              .orElseGet(() -> refused(reply));
    };
  }

  Decision allowed(String reason) {
    return Decision.allowed(rule(), reason);
  }

  Decision refused(SmtpReply reply) {
    return Decision.refused(rule(), reply);
  }
}
