/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dsn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.posthouse.dsn.SampleReports.HEADER;
import static org.posthouse.dsn.SampleReports.UNKNOWN_USER;
import static org.posthouse.dsn.SampleReports.delayed;
import static org.posthouse.dsn.SampleReports.failed;
import static org.posthouse.dsn.SampleReports.failure;
import static org.posthouse.dsn.SampleReports.mail;
import static org.posthouse.dsn.SampleReports.report;
import static org.posthouse.dsn.SampleReports.succeeded;
import static org.posthouse.dsn.SampleReports.utf8;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.mail.MessagingException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.posthouse.dsn.ReportedRecipient.Action;
import org.posthouse.envelope.SmtpReply;

class DsnWriterTest {
  private static final String CYRILLIC =
      "\u0438\u0432\u0430\u043d@\u043f\u043e\u0447\u0442\u0430.example";

  static Stream<Arguments> goldens() {
    return Stream.of(
        Arguments.of(
            "failure",
            report(
                Report.Kind.FAILURE,
                DsnRet.FULL,
                failed("bob@example.org", UNKNOWN_USER),
                failed("carol@example.org", UNKNOWN_USER),
                expired("dave@example.com"))),
        Arguments.of("delay", report(Report.Kind.DELAY, DsnRet.FULL, delayed("sam@example.org"))),
        Arguments.of(
            "success",
            report(
                Report.Kind.SUCCESS,
                null,
                succeeded("bob@example.org", Action.DELIVERED),
                succeeded("carol@example.org", Action.RELAYED),
                succeeded("staff@example.org", Action.EXPANDED))),
        Arguments.of(
            "international", report(Report.Kind.FAILURE, null, failed(CYRILLIC, UNKNOWN_USER))));
  }

  private static ReportedRecipient expired(String address) {
    return new ReportedRecipient(
        address,
        null,
        Action.FAILED,
        SampleReports.status("4.4.7"),
        null,
        null,
        "No server of example.com could be reached in 5 days.",
        SampleReports.DATE,
        null,
        31);
  }

  /** The files have LF, so that they can be read and compared. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("goldens")
  void reportShouldBeThatOfTheFile(String name, Report report) throws Exception {
    ReadDsn read = read(report, mail(HEADER + "\r\n", "Shall we?\r\n"));
    Path golden = Path.of("test/resources/dsn", name + ".eml");
    String text =
        new String(read.text().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    assertThat(text.replace("\r\n", "\n")).isEqualTo(Files.readString(golden));
  }

  @Test
  void addressBeyondAsciiShouldHaveNoQuotesThatItDoesNotNeed() throws Exception {
    String original = "utf-8;n\u00f6body@own.test";
    Report report =
        report(
            Report.Kind.FAILURE,
            null,
            new ReportedRecipient(
                "\"n\u00f6body\"@own.test",
                original,
                Action.FAILED,
                SampleReports.status("5.1.1"),
                null,
                null,
                "No mailboxes on this relay",
                null,
                null,
                0));
    ReadDsn read = read(report);
    String text =
        new String(read.text().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    assertThat(read.status().get(1))
        .containsEntry("Final-Recipient", "utf-8; n\u00f6body@own.test");
    assertThat(text).contains("<n=C3=B6body@own.test>").doesNotContain("you wrote to");
  }

  @Test
  void headerShouldKeepMailProgramsFromAnswering() throws Exception {
    ReadDsn read = read(failure(null));
    assertThat(read.message().getHeader("Auto-Submitted")).containsExactly("auto-replied");
    assertThat(read.type().getBaseType()).isEqualTo("multipart/report");
    assertThat(read.type().getParameter("report-type")).isEqualTo("delivery-status");
    assertThat(read.message().getHeader("In-Reply-To")).containsExactly("<lunch.1@example.net>");
    assertThat(read.message().getSentDate()).isEqualTo(SampleReports.DATE);
  }

  @Test
  void statusShouldTellMachinesOfTheDelay() throws Exception {
    ReadDsn read = read(report(Report.Kind.DELAY, null, delayed("sam@example.org")));
    assertThat(read.status())
        .containsExactly(
            Map.of(
                "Reporting-MTA", "dns; relay.example.net",
                "Original-Envelope-Id", "QQ314159",
                "Arrival-Date", "Fri, 27 Nov 2026 08:05:09 +0000"),
            Map.of(
                "Original-Recipient", "rfc822; sales+new@example.com",
                "Final-Recipient", "rfc822; sam@example.org",
                "Action", "delayed",
                "Status", "4.4.1",
                "Remote-MTA", "dns; mx1.example.org",
                "Last-Attempt-Date", "Sat, 28 Nov 2026 17:00:00 +0000",
                "Will-Retry-Until", "Wed, 2 Dec 2026 08:05:09 +0000"));
  }

  @Test
  void replyShouldBeToldToMachinesAndPersons() throws Exception {
    ReadDsn read = read(failure(null));
    assertThat(read.status().get(1))
        .containsEntry(
            "Diagnostic-Code",
            "smtp; 550 5.1.1 No such user here. 5.1.1 See https://example.org/help");
    assertThat(read.flatExplanation())
        .contains("mx1.example.org refused it: 550 5.1.1 No such user here. See https://");
  }

  @Test
  void recipientsWithTheSameReasonShouldStandTogether() throws Exception {
    ReadDsn read =
        read(
            report(
                Report.Kind.FAILURE,
                null,
                failed("a@example.org", UNKNOWN_USER),
                failed("b@example.org", SmtpReply.of(550, "other")),
                failed("c@example.org", UNKNOWN_USER)));
    assertThat(read.explanation()).contains("<a@example.org>\r\n<c@example.org>\r\n    The server");
    assertThat(read.explanation()).containsOnlyOnce("No such user");
    assertThat(read.status()).hasSize(4);
  }

  @ParameterizedTest
  @CsvSource({
    "FAILURE, FAILED, Undelivered mail: Lunch",
    "DELAY, DELAYED, Delayed mail: Lunch",
    "SUCCESS, DELIVERED, Delivered mail: Lunch",
    "SUCCESS, RELAYED, Mail passed on: Lunch"
  })
  void subjectShouldSayWhatItIs(Report.Kind kind, Action action, String expected) throws Exception {
    ReadDsn read = read(report(kind, null, succeeded("bob@example.org", action)));
    assertThat(read.message().getSubject()).isEqualTo(expected);
  }

  static Stream<Arguments> subjects() {
    return Stream.of(
        Arguments.of("=?utf-8?Q?Gr=C3=BC=C3=9Fe?= all", "Gr\u00fc\u00dfe all"),
        Arguments.of("a\r\n folded one", "a folded one"),
        Arguments.of(utf8("raw Gr\u00fc\u00dfe"), "raw Gr\u00fc\u00dfe"),
        Arguments.of("raw Gr\u00fc\u00dfe", "raw Gr\ufffd\ufffde"),
        Arguments.of("word ".repeat(100).strip(), "word ".repeat(40) + "..."),
        Arguments.of("x".repeat(300), "x".repeat(200) + " ..."),
        Arguments.of(utf8("\u00fc".repeat(300)), "\u00fc".repeat(200) + " ..."));
  }

  @ParameterizedTest(name = "{index}")
  @MethodSource("subjects")
  void subjectOfTheMailShouldBePassedOn(String subject, String expected) throws Exception {
    ReadDsn read = read(failure(null), mail("Subject: " + subject + "\r\n", ""));
    assertThat(read.isAscii()).isTrue();
    assertThat(read.message().getSubject()).isEqualTo("Undelivered mail: " + expected);
  }

  @Test
  void otherAddressOfTheSenderShouldBeNamed() throws Exception {
    ReadDsn read = read(report(Report.Kind.DELAY, null, delayed("sam@example.org")));
    assertThat(read.flatExplanation())
        .contains("<sam@example.org> (you wrote to <sales+new@example.com>)")
        .contains("It was tried 12 times, the last time on Sat, 28 Nov 2026 17:00:00 +0000.")
        .contains("It will be tried until Wed, 2 Dec 2026 08:05:09 +0000.");
  }

  @Test
  void internationalAddressShouldBeWrittenInUtf8() throws Exception {
    ReadDsn read = read(report(Report.Kind.FAILURE, null, failed(CYRILLIC, UNKNOWN_USER)));
    assertThat(read.types().get(1)).isEqualTo("message/global-delivery-status");
    assertThat(read.status().get(1)).containsEntry("Final-Recipient", "utf-8; " + CYRILLIC);
    assertThat(read.explanation()).contains("<" + CYRILLIC + ">");
  }

  @Test
  void reportOfAnInternationalRecipientShouldReachAnOrdinarySender() throws Exception {
    Dsn dsn = write(report(Report.Kind.FAILURE, null, failed(CYRILLIC, UNKNOWN_USER)), HEADER);
    assertThat(dsn.isEightBit()).isTrue();
    assertThat(dsn.needsUtf8()).isFalse();
  }

  @Test
  void reportToAnInternationalSenderShouldNeedSmtpUtf8() throws Exception {
    Report report =
        report(Report.Kind.FAILURE, null, CYRILLIC, failed("bob@example.org", UNKNOWN_USER));
    assertThat(write(report, HEADER).needsUtf8()).isTrue();
    assertThat(read(report).message().getHeader("To")).containsExactly("<" + CYRILLIC + ">");
  }

  @Test
  void sameReportShouldMakeTheSameOctets() throws Exception {
    assertThat(read(failure(DsnRet.FULL)).text()).isEqualTo(read(failure(DsnRet.FULL)).text());
  }

  @Test
  void nullReversePathShouldGetNoReport() {
    assertThatThrownBy(
            () -> report(Report.Kind.FAILURE, null, "", failed("a@example.org", UNKNOWN_USER)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void kindAndActionsShouldAgree() {
    assertThatThrownBy(() -> report(Report.Kind.FAILURE, null, delayed("a@example.org")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(List.of(Action.values())).extracting(Action::kind).doesNotContainNull();
  }

  private static Dsn write(Report report, String header) throws IOException {
    return new DsnWriter(1000, ReportStyle.DEFAULT).write(report, mail(header, ""));
  }

  private static ReadDsn read(Report report) throws IOException, MessagingException {
    return read(report, mail(HEADER, ""));
  }

  private static ReadDsn read(Report report, Original original)
      throws IOException, MessagingException {
    return ReadDsn.of(new DsnWriter(1000, ReportStyle.DEFAULT).write(report, original));
  }
}
