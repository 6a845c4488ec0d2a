/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dsn;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What there is to tell the sender of one mail about some of its recipients.
 *
 * @param kind of the news; every recipient's action is of this kind
 * @param id of this report, never used for another: the queue's for it
 * @param date when it is written
 * @param reportingMta the name of this host in the DNS, ASCII
 * @param postmaster the address the report comes from, ASCII, without angle brackets
 * @param reversePath of the mail, to which the report goes; as James has it, without angle
 *     brackets, never the null one, which gets no report (RFC 5321, section 6.1)
 * @param envid the sender's identifier of the mail (ENVID), decoded; null when it gave none
 * @param ret how much of the mail comes back; null when the sender did not say: its header
 * @param arrival when the mail came; null when that is not known
 * @param deliverBy by when it was to be delivered (RFC 2852); null when the sender did not say
 * @param recipients at least one
 */
public record Report(
    Kind kind,
    String id,
    Instant date,
    String reportingMta,
    String postmaster,
    String reversePath,
    @Nullable String envid,
    @Nullable DsnRet ret,
    @Nullable Instant arrival,
    @Nullable Instant deliverBy,
    List<ReportedRecipient> recipients) {
  /** What a sender can ask to be told of (RFC 3461, section 4.1). */
  public enum Kind {
    FAILURE(5),
    DELAY(4),
    SUCCESS(2);

    private final int status;

    Kind(int status) {
      this.status = status;
    }

    /** The class of status codes that tell of it (RFC 3463, section 2). */
    public int status() {
      return status;
    }
  }

  public Report {
    if (reversePath.isEmpty() || recipients.isEmpty()) {
      throw new IllegalArgumentException("a report to nobody or of nobody");
    }
    for (ReportedRecipient recipient : recipients) {
      if (recipient.action().kind() != kind) {
        throw new IllegalArgumentException(recipient.action() + " in a report of " + kind);
      }
    }
    recipients = List.copyOf(recipients);
  }

  /** Whether it can only be written in UTF-8 (RFC 6533), and sent with SMTPUTF8 (RFC 6531). */
  boolean needsUtf8() {
    return !Characters.isAscii(reversePath)
        || recipients.stream().anyMatch(to -> !Characters.isAscii(to.finalRecipient()));
  }
}
