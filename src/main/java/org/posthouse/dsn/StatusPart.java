/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dsn;

import org.posthouse.envelope.Orcpt;
import org.posthouse.envelope.Path;
import org.posthouse.envelope.SmtpReply;

/** What the report says to machines (RFC 3464, section 2; RFC 2852; RFC 6533, section 4). */
final class StatusPart {
  /** Of a reply, in characters; the text for persons has more of it. */
  private static final int MOST_OF_REPLY = 2000;

  private final Report report;
  private final boolean utf8;
  private final Fields fields;

  private StatusPart(Report report) {
    this.report = report;
    this.utf8 = report.needsUtf8();
    this.fields = new Fields(utf8);
  }

  static Part of(Report report) {
    byte[] octets = new StatusPart(report).octets();
    LineScan scan = new LineScan();
    scan.write(octets, 0, octets.length);
    return new Part(
        scan.isEightBit() ? "message/global-delivery-status" : "message/delivery-status",
        "Delivery status",
        Part.Encoding.identity(scan.isEightBit()),
        out -> out.write(octets));
  }

  private byte[] octets() {
    fields.add("Reporting-MTA", "dns; " + report.reportingMta());
    if (report.envid() != null) {
      fields.add("Original-Envelope-Id", report.envid());
    }
    if (report.arrival() != null) {
      fields.add("Arrival-Date", Dates.of(report.arrival()));
    }
    if (report.deliverBy() != null) {
      fields.add("Deliver-By-Date", Dates.of(report.deliverBy()));
    }
    for (ReportedRecipient recipient : report.recipients()) {
      fields.endGroup();
      recipient(recipient);
    }
    return fields.octets();
  }

  private void recipient(ReportedRecipient recipient) {
    if (recipient.orcpt() != null) {
      fields.add("Original-Recipient", Orcpt.of(recipient.orcpt()).field(utf8));
    }
    String address = Path.written(recipient.finalRecipient());
    fields.add("Final-Recipient", (Characters.isAscii(address) ? "rfc822; " : "utf-8; ") + address);
    fields.add("Action", recipient.action().keyword());
    fields.add("Status", recipient.status().toString());
    if (recipient.remoteMta() != null) {
      fields.add("Remote-MTA", "dns; " + recipient.remoteMta());
    }
    SmtpReply reply = recipient.reply();
    if (reply != null) {
      fields.add("Diagnostic-Code", "smtp; " + Characters.atMost(MOST_OF_REPLY, reply.toString()));
    }
    if (recipient.lastAttempt() != null) {
      fields.add("Last-Attempt-Date", Dates.of(recipient.lastAttempt()));
    }
    if (recipient.action() == ReportedRecipient.Action.DELAYED
        && recipient.willRetryUntil() != null) {
      fields.add("Will-Retry-Until", Dates.of(recipient.willRetryUntil()));
    }
  }
}
