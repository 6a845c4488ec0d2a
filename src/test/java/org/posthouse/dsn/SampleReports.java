/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dsn;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.posthouse.dsn.ReportedRecipient.Action;
import org.posthouse.envelope.EnhancedStatusCode;
import org.posthouse.envelope.SmtpReply;

/** Reports and mails to try a writer with. */
final class SampleReports {
  static final Instant ARRIVAL = Instant.parse("2026-11-27T08:05:09Z");
  static final Instant DATE = Instant.parse("2026-11-28T17:00:00Z");
  static final Instant UNTIL = Instant.parse("2026-12-02T08:05:09Z");
  static final SmtpReply UNKNOWN_USER =
      SmtpReply.of(550, "5.1.1 No such user here.", "5.1.1 See https://example.org/help");
  static final String HEADER =
      String.join(
          "\r\n",
          "Received: from client by relay.example.net; Fri, 27 Nov 2026 08:05:09 +0000",
          "From: Alice <alice@example.net>",
          "Subject: Lunch",
          "Message-ID: <lunch.1@example.net>",
          "");

  private SampleReports() {}

  static Report report(Report.Kind kind, @Nullable DsnRet ret, ReportedRecipient... recipients) {
    return report(kind, ret, "alice@example.net", recipients);
  }

  static Report report(
      Report.Kind kind, @Nullable DsnRet ret, String to, ReportedRecipient... recipients) {
    return new Report(
        kind,
        "7f3a-0001",
        DATE,
        "relay.example.net",
        "postmaster@example.net",
        to,
        "QQ314159",
        ret,
        ARRIVAL,
        null,
        List.of(recipients));
  }

  static Report failure(@Nullable DsnRet ret) {
    return report(Report.Kind.FAILURE, ret, failed("bob@example.org", UNKNOWN_USER));
  }

  static ReportedRecipient failed(String address, SmtpReply reply) {
    return new ReportedRecipient(
        address, null, Action.FAILED, status("5.1.1"), "mx1.example.org", reply, "", DATE, null, 1);
  }

  static ReportedRecipient delayed(String address) {
    return new ReportedRecipient(
        address,
        "rfc822;sales+2Bnew@example.com",
        Action.DELAYED,
        status("4.4.1"),
        "mx1.example.org",
        null,
        "The server mx1.example.org did not answer in time.",
        DATE,
        UNTIL,
        12);
  }

  static ReportedRecipient succeeded(String address, Action action) {
    return new ReportedRecipient(
        address,
        null,
        action,
        status("2.1.5"),
        "mx1.example.org",
        SmtpReply.of(250, "2.1.5 Thanks"),
        "",
        DATE,
        null,
        1);
  }

  static EnhancedStatusCode status(String code) {
    return EnhancedStatusCode.atStartOf(code).orElseThrow();
  }

  static Original mail(String header, String body) {
    byte[] octets = body.getBytes(StandardCharsets.ISO_8859_1);
    return new Original(
        header.getBytes(StandardCharsets.ISO_8859_1),
        octets.length,
        () -> new ByteArrayInputStream(octets));
  }

  /** For headers: characters that stand for the octets of UTF-8. */
  static String utf8(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }
}
