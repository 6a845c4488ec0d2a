/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.rights;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.posthouse.envelope.SmtpReply;

/**
 * What was decided of a sender, a recipient, a size or a header.
 *
 * @param rule the name of the rule that decided; {@link SenderRights#NO_RULE} or {@link
 *     SenderRights#LOCAL} when none did
 * @param reason for the log, in a few words
 * @param reply what the client is told; null unless refused
 * @param detail the address to put in place, of {@link Outcome#REWRITTEN}; the header field to add,
 *     of {@link Outcome#MARKED}; null for none
 * @param also what was decided beside it, of a display name; null for nothing
 */
public record Decision(
    Outcome outcome,
    String rule,
    String reason,
    @Nullable SmtpReply reply,
    @Nullable String detail,
    @Nullable Decision also) {
  /** The ends of a decision. */
  public enum Outcome {
    ALLOWED,
    REFUSED,
    /** The reply is given when the mail has come: MAIL is accepted first. */
    REFUSED_AFTER_DATA,
    /** Allowed with another address in its place. */
    REWRITTEN,
    /** Allowed, and the mail is marked. */
    MARKED
  }

  public Decision {
    boolean refused = outcome == Outcome.REFUSED || outcome == Outcome.REFUSED_AFTER_DATA;
    if (refused != (reply != null)) {
      throw new IllegalArgumentException(outcome + " " + reply);
    }
  }

  public Decision(
      Outcome outcome,
      String rule,
      String reason,
      @Nullable SmtpReply reply,
      @Nullable String detail) {
    this(outcome, rule, reason, reply, detail, null);
  }

  Decision and(Decision other) {
    return new Decision(outcome, rule, reason, reply, detail, other);
  }

  static Decision allowed(String rule, String reason) {
    return new Decision(Outcome.ALLOWED, rule, reason, null, null);
  }

  static Decision refused(String rule, SmtpReply reply) {
    return new Decision(Outcome.REFUSED, rule, reply.text(), reply, null);
  }

  /** Whether the client may go on. */
  public boolean goesOn() {
    return outcome != Outcome.REFUSED;
  }

  /** The reply that refuses, at once or later. */
  public Optional<SmtpReply> refusal() {
    return Optional.ofNullable(reply);
  }
}
