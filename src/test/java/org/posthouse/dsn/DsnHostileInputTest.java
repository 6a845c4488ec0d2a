/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dsn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.posthouse.dsn.SampleReports.HEADER;
import static org.posthouse.dsn.SampleReports.failure;
import static org.posthouse.dsn.SampleReports.mail;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthouse.dsn.ReportedRecipient.Action;
import org.posthouse.envelope.SmtpReply;

/** Everything in a report but its kind comes from others. */
class DsnHostileInputTest {
  private static final Set<String> FIELDS =
      Set.of(
          "Original-Recipient",
          "Final-Recipient",
          "Action",
          "Status",
          "Remote-MTA",
          "Diagnostic-Code",
          "Last-Attempt-Date");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x\r\nBcc: eve@example.com",
        "x\r\n\r\nFinal-Recipient: rfc822; eve@example.com",
        "x\nAction: delivered",
        "x\rAction: delivered",
        "\u2028x\u0085Action: delivered\0",
        "",
        " ",
        "> <eve@example.com",
        "\ud800"
      })
  void valueShouldNotLeaveItsField(String value) throws Exception {
    ReadDsn read =
        ReadDsn.of(
            new DsnWriter(1000, ReportStyle.DEFAULT).write(everywhere(value), mail(HEADER, "")));
    assertThat(read.status()).hasSize(2);
    assertThat(read.status().get(1).keySet()).isEqualTo(FIELDS);
    assertThat(read.status().get(1)).containsEntry("Action", "failed");
    assertThat(read.message().getHeader("Bcc")).isNull();
    assertThat(read.message().getHeader("To")).hasSize(1);
    assertThat(read.message().getHeader("To")[0].chars().filter(c -> c == '<')).hasSize(1);
  }

  private static Report everywhere(String value) {
    ReportedRecipient recipient =
        new ReportedRecipient(
            value,
            "rfc822;" + value,
            Action.FAILED,
            SampleReports.status("5.0.0"),
            value,
            SmtpReply.of(550, value, value),
            value,
            SampleReports.DATE,
            null,
            1);
    return new Report(
        Report.Kind.FAILURE,
        value,
        SampleReports.DATE,
        value,
        value,
        "a" + value,
        value,
        DsnRet.FULL,
        null,
        null,
        List.of(recipient));
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "\u00fc", "\u4e2d", "\ud83d\ude00", "x ", "=?", "+41", "\\x{41}"})
  void longValueShouldBeFolded(String unit) throws Exception {
    Report report = everywhere(unit.repeat(5000));
    ReadDsn read =
        ReadDsn.of(
            new DsnWriter(100_000, ReportStyle.DEFAULT)
                .write(report, mail("Subject: " + unit.repeat(5000).strip() + "\r\n", "")));
    assertThat(read.status().get(1).keySet()).isEqualTo(FIELDS);
    assertThat(read.message().getHeader("Subject")[0]).hasSizeLessThan(1500);
  }

  @Test
  void replyOfManyLongLinesShouldBeBounded() throws Exception {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 128; i++) {
      lines.add("5.1.1 " + "x".repeat(5000));
    }
    Report report =
        SampleReports.report(
            Report.Kind.FAILURE,
            null,
            SampleReports.failed("bob@example.org", new SmtpReply(550, lines)));
    ReadDsn read =
        ReadDsn.of(new DsnWriter(0, ReportStyle.DEFAULT).write(report, mail(HEADER, "")));
    assertThat(read.text()).hasSizeLessThan(30_000);
    assertThat(read.status().get(1).get("Diagnostic-Code")).endsWith(" ...");
  }

  @Test
  void replyInAnotherLanguageShouldBeReadable() throws Exception {
    String text = "\u043d\u0435\u0442 \u0442\u0430\u043a\u043e\u0433\u043e";
    Report report =
        SampleReports.report(
            Report.Kind.FAILURE,
            null,
            SampleReports.failed("bob@example.org", SmtpReply.of(550, text)));
    ReadDsn read =
        ReadDsn.of(new DsnWriter(0, ReportStyle.DEFAULT).write(report, mail(HEADER, "")));
    assertThat(read.isAscii()).isTrue();
    assertThat(read.explanation()).contains("550 " + text);
    assertThat(read.status().get(1)).containsEntry("Diagnostic-Code", "smtp; 550 ??? ??????");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\r\n",
        "\r\nSubject: of the body",
        "Subject",
        "Subject:",
        ":\r\n \r\n",
        " folded from nothing\r\n",
        "Message-ID: none\r\nReferences: <a\r\n b@example.org>\r\n",
        "Message-ID: <a b@example.org>",
        "Message-ID: <a\r\nSubject: x"
      })
  void headerThatIsNoneShouldBeNoProblem(String header) throws Exception {
    for (DsnRet ret : DsnRet.values()) {
      ReadDsn read =
          ReadDsn.of(
              new DsnWriter(1000, ReportStyle.DEFAULT).write(failure(ret), mail(header, "--\r\n")));
      assertThat(read.message().getSubject()).startsWith("Undelivered mail");
      assertThat(read.message().getHeader("In-Reply-To")).isNull();
    }
  }

  @Test
  void deepFoldingShouldBeNoProblem() throws Exception {
    String header = "Subject: a\r\n" + " b\r\n".repeat(200_000);
    ReadDsn read =
        ReadDsn.of(new DsnWriter(0, ReportStyle.DEFAULT).write(failure(null), mail(header, "")));
    assertThat(read.message().getSubject()).hasSizeLessThan(250);
  }

  @Test
  void anyOctetsShouldMakeAReport() throws Exception {
    long seed = 20261128;
    Random random = new Random(seed);
    for (int round = 0; round < 500; round++) {
      String header = noise(random, 300);
      String body = noise(random, 3000);
      Report report = everywhere(new String(octets(random, 200), StandardCharsets.UTF_8));
      ReadDsn read =
          ReadDsn.of(new DsnWriter(4000, ReportStyle.DEFAULT).write(report, mail(header, body)));
      assertThat(read.status()).as("seed %d, round %d", seed, round).hasSize(2);
      assertThat(read.status().get(1).keySet()).isEqualTo(FIELDS);
    }
  }

  private static String noise(Random random, int most) {
    return new String(octets(random, most), StandardCharsets.ISO_8859_1);
  }

  /** Mostly what matters to a mail. */
  private static byte[] octets(Random random, int most) {
    byte[] alphabet =
        "\r\n\r\n \t:;<>=?--\"\\x{+41}a.@\0\u00e9\u4e2d".getBytes(StandardCharsets.UTF_8);
    byte[] octets = new byte[random.nextInt(most)];
    for (int i = 0; i < octets.length; i++) {
      octets[i] =
          random.nextInt(20) == 0
              ? (byte) random.nextInt(256)
              : alphabet[random.nextInt(alphabet.length)];
    }
    return octets;
  }
}
