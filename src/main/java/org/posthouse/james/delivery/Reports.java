/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.delivery;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import javax.mail.MessagingException;
import org.apache.mailet.Mail;
import org.apache.mailet.MailetContext;
import org.jspecify.annotations.Nullable;
import org.posthouse.delivery.Attempt;
import org.posthouse.dsn.DsnNotify;
import org.posthouse.dsn.Report;
import org.posthouse.dsn.ReportStyle;
import org.posthouse.dsn.ReportedRecipient;
import org.posthouse.dsn.ReportedRecipient.Action;
import org.posthouse.envelope.EnhancedStatusCode;
import org.posthouse.james.message.Needs;
import org.posthouse.james.queue.DsnRequest;
import org.posthouse.james.queue.Settled;
import org.posthouse.queue.QueuedMail;
import org.posthouse.queue.Recipient;

/**
 * Reports to senders (RFC 3461): what they asked to hear, or failures and delays where they asked
 * for nothing. A report is a mail like any other: it runs through the processors, which sign it.
 */
final class Reports {
  private final String name;
  private final MailetContext context;
  private final Clock clock;
  private final ReportSending sending;

  /**
   * Writes reports.
   *
   * @param name of the relay
   */
  Reports(String name, MailetContext context, Clock clock) {
    this.name = name;
    this.context = context;
    this.clock = clock;
    this.sending = new ReportSending(context, ReportStyle.DEFAULT);
  }

  /**
   * Sends a report of those recipients of whom the sender wants to hear this.
   *
   * @param until until when it is tried; null when it is not, or that is not known
   */
  void send(
      Report.Kind kind, Mail mail, QueuedMail entry, List<Settled> ends, @Nullable Instant until)
      throws MessagingException {
    List<ReportedRecipient> recipients =
        ends.stream()
            .filter(end -> isWanted(kind, mail, end))
            .map(end -> reported(kind, mail, end, until))
            .toList();
    if (!recipients.isEmpty()) {
      sending.send(report(kind, mail, entry, entry.reversePath(), recipients), mail);
    }
  }

  /** Tells the postmaster of a mail without a sender, unless it is for himself. */
  void tellPostmaster(Mail mail, QueuedMail entry, List<Settled> ends) throws MessagingException {
    String postmaster = context.getPostmaster().asString();
    List<ReportedRecipient> recipients =
        ends.stream()
            .filter(end -> !end.record().address().equalsIgnoreCase(postmaster))
            .map(end -> reported(Report.Kind.FAILURE, mail, end, null))
            .toList();
    if (!recipients.isEmpty()) {
      sending.send(report(Report.Kind.FAILURE, mail, entry, postmaster, recipients), mail);
    }
  }

  /** Of a delivery only where the next host does not tell itself (RFC 3461, section 5.2.2). */
  private static boolean isWanted(Report.Kind kind, Mail mail, Settled end) {
    DsnNotify wanted = DsnNotify.of(request(mail, end).wanted());
    if (kind == Report.Kind.SUCCESS && end.tellsOfRelay()) {
      return !wanted.equals(DsnNotify.NEVER); // whatever else he wants (RFC 2852)
    }
    Attempt.Peer peer = end.outcome().peer();
    boolean isTold = kind == Report.Kind.SUCCESS && peer != null && peer.dsn();
    return !isTold && wanted.wants(kind);
  }

  private static DsnRequest request(Mail mail, Settled end) {
    return DsnRequest.of(mail, end.record().address());
  }

  private ReportedRecipient reported(
      Report.Kind kind, Mail mail, Settled end, @Nullable Instant until) {
    Recipient record = end.record();
    Attempt.Peer peer = end.outcome().peer();
    Instant now = clock.instant();
    return new ReportedRecipient(
        record.address(),
        request(mail, end).orcpt(),
        switch (kind) {
          case FAILURE -> Action.FAILED;
          case DELAY -> Action.DELAYED;
          case SUCCESS -> Action.RELAYED;
        },
        status(kind, end),
        peer == null ? null : peer.name(),
        end.outcome().answer().reply(),
        end.tellsOfRelay() ? relay(peer) : explanation(end),
        end.outcome().isTried() ? now : null,
        until,
        record.attempts());
  }

  private static String relay(Attempt.@Nullable Peer peer) {
    String time =
        peer != null && peer.deliverBy()
            ? "It was passed on to a server that knows by when it is to be delivered."
            : "It was passed on to a server that does not know by when it is to be delivered.";
    return peer != null && peer.dsn() ? time : time + " That server does not tell of deliveries.";
  }

  /** Without the reply, which the report gives by itself. */
  private static String explanation(Settled end) {
    String error = end.error() == null ? "" : end.error();
    String said = end.outcome().text();
    return end.outcome().answer().reply() != null && error.endsWith(said)
        ? error.substring(0, error.length() - said.length()).replaceFirst(": $", "")
        : error;
  }

  /** RFC 3463. */
  private static EnhancedStatusCode status(Report.Kind kind, Settled end) {
    EnhancedStatusCode said = end.outcome().status();
    boolean failed = kind == Report.Kind.FAILURE;
    boolean isLate = failed ? end.record().state() == Recipient.State.EXPIRED : end.late();
    if (isLate && end.isTooLate()) {
      return new EnhancedStatusCode(failed ? 5 : 4, 4, 7); // delivery time expired
    }
    if (end.record().state() == Recipient.State.EXPIRED) {
      return said; // it may have worked later: not what a list takes for an address that is gone
    }
    return said.status() == kind.status()
        ? said
        : new EnhancedStatusCode(kind.status(), said.subject(), said.detail());
  }

  private Report report(
      Report.Kind kind,
      Mail mail,
      QueuedMail entry,
      String to,
      List<ReportedRecipient> recipients) {
    return new Report(
        kind,
        entry.id() + "." + clock.millis(),
        clock.instant(),
        name,
        context.getPostmaster().asString(),
        to,
        ReportSending.envid(mail),
        ReportSending.ret(mail),
        Instant.ofEpochMilli(entry.stored()),
        Needs.deliverBy(mail).map(by -> Instant.ofEpochMilli(by.deadline())).orElse(null),
        recipients);
  }
}
