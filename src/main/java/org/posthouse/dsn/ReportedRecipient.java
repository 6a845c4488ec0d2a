/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dsn;

import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.posthouse.envelope.EnhancedStatusCode;
import org.posthouse.envelope.SmtpReply;

/**
 * What became of one recipient (RFC 3464, section 2.3).
 *
 * @param finalRecipient the forward-path that was tried, as James has it, without angle brackets
 * @param orcpt the value of ORCPT as it came, {@code type;xtext}; null when there was none
 * @param status what the report says to machines
 * @param remoteMta name of the host that answered last; null when none did
 * @param reply what that host answered; null when nothing did
 * @param explanation what happened, for persons, as whole sentences; empty when the reply says it
 * @param lastAttempt null when none was made
 * @param willRetryUntil when the relay gives up, told of a delay only; null when not known
 * @param attempts made so far, 0 when not known
 */
public record ReportedRecipient(
    String finalRecipient,
    @Nullable String orcpt,
    Action action,
    EnhancedStatusCode status,
    @Nullable String remoteMta,
    @Nullable SmtpReply reply,
    String explanation,
    @Nullable Instant lastAttempt,
    @Nullable Instant willRetryUntil,
    int attempts) {
  /** RFC 3464, section 2.3.3. */
  public enum Action {
    /** Not delivered, and not tried again. */
    FAILED(Report.Kind.FAILURE),
    /** Not delivered yet. */
    DELAYED(Report.Kind.DELAY),
    /** In the mailbox. */
    DELIVERED(Report.Kind.SUCCESS),
    /** With a host that does not tell of the delivery. */
    RELAYED(Report.Kind.SUCCESS),
    /** With the members of a list, of whom nothing will be told. */
    EXPANDED(Report.Kind.SUCCESS);

    private final Report.Kind kind;

    Action(Report.Kind kind) {
      this.kind = kind;
    }

    /** The kind of report it belongs in. */
    public Report.Kind kind() {
      return kind;
    }

    String keyword() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
