/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthouse.acceptance.SmtpDialog;

/** Each bound of {@code reception} in relay.xml that is one of a message, with its reply. */
class MessageLimitsTest {
  @TempDir Path home;
  private SmtpHarness harness;

  @AfterEach
  void close() {
    harness.close();
  }

  private void open(String reception) throws Exception {
    harness = SmtpHarness.open(home, SmtpHarness.limits(reception));
  }

  @Test
  void aMessageThatComesTooSlowlyShouldEndTheSession() throws Exception {
    open("<slowest>100 B / 1 s</slowest>");
    try (SmtpDialog slow = harness.clientInData();
        SmtpDialog chunks = harness.client();
        SmtpDialog small = harness.client();
        SmtpDialog idle = harness.client()) {
      slow.send("Subject: x\r\n");
      chunks.ask("MAIL FROM:<a@x.test>", "250");
      chunks.ask("RCPT TO:<b@y.test>", "250");
      chunks.send("BDAT 100000\r\nSubject: x\r\n");
      small.ask("MAIL FROM:<a@x.test>", "250");
      small.ask("RCPT TO:<b@y.test>", "250");
      small.send("BDAT 1\r\nS").expect("250");
      slow.expect("421 4.4.2");
      small.expect("421 4.4.2");
      chunks.expect("421 4.4.2");
      assertThat(slow.isClosedByServer()).isTrue();
      idle.ask("NOOP", "250"); // who sends no message has as long as ever
    }
    assertThat(harness.queues().accepted()).isEmpty();
  }

  /** At each look a message is coming, but never the one of the look before. */
  @Test
  void pausesOfManySmallMessagesShouldNotAddUp() throws Exception {
    open("<slowest>1 kB / 1 s</slowest>");
    try (SmtpDialog client = harness.client()) {
      for (int i = 0; i < 6; i++) {
        client.ask("MAIL FROM:<a@x.test>", "250");
        client.ask("RCPT TO:<b@y.test>", "250");
        client.ask("DATA", "354");
        Thread.sleep(700);
        client.ask("Subject: x\r\n\r\nx\r\n.", "250");
      }
    }
    assertThat(harness.queues().accepted()).hasSize(6);
  }

  /** Nor may who was told to send it send nothing at all. */
  @Test
  void aMessageThatDoesNotBeginShouldEndTheSession() throws Exception {
    open("<slowest>100 B / 1 s</slowest>");
    try (SmtpDialog data = harness.clientInData();
        SmtpDialog chunk = harness.client()) {
      chunk.ask("MAIL FROM:<a@x.test>", "250");
      chunk.ask("RCPT TO:<b@y.test>", "250");
      chunk.send("BDAT 100\r\n");
      data.expect("421 4.4.2");
      chunk.expect("421 4.4.2");
      assertThat(data.isClosedByServer()).isTrue();
    }
  }

  @Test
  void recipientsShouldBeBounded() throws Exception {
    open("<recipients>2</recipients>");
    try (SmtpDialog client = harness.client()) {
      client.ask("MAIL FROM:<a@x.test>", "250");
      client.ask("RCPT TO:<b@y.test>", "250");
      client.ask("RCPT TO:<c@y.test>", "250");
      client.ask("RCPT TO:<d@y.test>", "452 4.5.3");
      client.ask("DATA", "354");
      client.send("Subject: x\r\n\r\nx\r\n.\r\n").expect("250");
      assertThat(client.ask("EHLO client.test", "250")).contains("LIMITS RCPTMAX=2");
    }
  }

  private String reply(String message) throws Exception {
    try (SmtpDialog client = harness.clientInData()) {
      return client.send(message + "\r\n.\r\n").reply();
    }
  }

  @Test
  void theHeaderShouldBeBounded() throws Exception {
    open("<headerFields>20</headerFields><received>5</received>");
    assertThat(reply("A: b\r\n c\r\n".repeat(19) + "\r\nx")).startsWith("250");
    assertThat(reply("A: b\r\n".repeat(20) + "\r\nx")).startsWith("554 5.6.0");
    assertThat(reply("received : x\r\nReceived: x\r\n".repeat(2) + "\r\nx")).startsWith("250");
    assertThat(reply("received : x\r\nReceived\t: x\r\n".repeat(3) + "\r\nx"))
        .startsWith("554 5.4.6");
    assertThat(reply("ReceiveD: x\r\n".repeat(5) + "\r\nx")).startsWith("554 5.4.6");
  }

  @Test
  void partsShouldBeBounded() throws Exception {
    open("<mimeParts>10</mimeParts><mimeDepth>3</mimeDepth>");
    assertThat(reply(multipart(10))).startsWith("250");
    assertThat(reply(multipart(11))).startsWith("554 5.6.0");
    assertThat(reply(nested(3))).startsWith("250");
    assertThat(reply(nested(4))).startsWith("554 5.6.0");
    assertThat(reply(nested(4).replaceFirst("multipart", "(c (d)) multipart")))
        .startsWith("554 5.6.0");
    assertThat(reply("Content-Type: text/plain\r\n" + nested(4))).startsWith("554 5.6.0");
    assertThat(reply("Content-Type: multipart/x; boundary=y\r\n" + nested(4)))
        .startsWith("554 5.6.0");
    assertThat(reply("Content-Type: multipart/mixed\r\n\r\n" + "--\r\n".repeat(50)))
        .startsWith("250"); // nobody can see parts in it
  }

  /** All that one reader of MIME or another takes for a deeper level, in {@code #} of a header. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Type: (a\\)b) multipart/mixed; boundary=level#",
        "Content-Type: (a\\) multipart/mixed; boundary=level#",
        "Content-Type: (a(b\\)c)) multipart/mixed; boundary=level#",
        "Content-Type:\r\n (c) multipart/mixed;\r\n boundary=level#",
        "Content-Type: multipart / mixed (c); boundary (c) = (c) level# (c)",
        "Content-Type: text/plain\r\nContent-Type: multipart/mixed; boundary=level#",
        "Content-Type: multipart/mixed; boundary=level#\r\nContent-Type: text/plain",
        "Content-Type: multipart/mixed; boundary=level#\r\nContent-Type: multipart/mixed",
        "Content-Type: multipart/mixed; boundary*=level#",
        "Content-Type: multipart/mixed; boundary*=us-ascii''lev%65l#",
        "Content-Type: multipart/mixed; boundary*0=lev; boundary*1=el#",
        "Content-Type: multipart/mixed; boundary*1=\"el#\"; boundary*0=lev",
        "Content-Type: multipart/mixed; BOUNDARY*0*=us-ascii'en'l%65v; boundary*1*=%65l#",
        "Content-Type: multipart/mixed; boundary=\"level#",
        "Content-Type: MULTIPART/Mixed; boundary=level#",
        "Content-Type: multipart; boundary=level#"
      })
  void formsOfPartsShouldAllBeCounted(String header) throws Exception {
    open("<mimeParts>10</mimeParts><mimeDepth>3</mimeDepth>");
    assertThat(reply(nested(3, header))).startsWith("250");
    assertThat(reply(nested(4, header))).isEqualTo("554 5.6.0 Parts lie deeper than 3 levels");
  }

  /** Nobody can say how deep they are: readers see different parts. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Type: multipart/mixed; boundary=other\r\n"
            + "Content-Type: multipart/mixed; boundary=level#",
        "Content-Type: multipart/mixed; boundary=level#\r\nContent-Type: message/rfc822",
        "Content-Type: multipart/mixed; boundary=other; boundary=level#",
        "Content-Type: multipart/mixed; boundary=other; boundary*=level#",
        "Content-Type: multipart/mixed; boundary=other; boundary*0=lev; boundary*1=el#",
        "Content-Type: multipart/mixed; boundary=\"lev\\el#\"",
        "Content-Type: multipart/mixed (\\); boundary=other; (a) ; boundary=level#)"
      })
  void partsThatReadersSeeDifferentlyShouldBeRefused(String header) throws Exception {
    open("<mimeParts>10</mimeParts><mimeDepth>3</mimeDepth>");
    assertThat(reply(nested(4, header)))
        .isEqualTo("554 5.6.0 A header says in several ways what parts there are");
  }

  /** RFC 6532 section 3.7 allows it of message/global, and readers decode the others, too. */
  @ParameterizedTest
  @ValueSource(strings = {"message/rfc822", "message/global"})
  void encodedMessagesShouldBeLevels(String type) throws Exception {
    open("<mimeParts>10</mimeParts><mimeDepth>3</mimeDepth>");
    String encoded = "Content-Type: " + type + "\r\nContent-Transfer-Encoding: base64\r\n\r\n";
    for (int inner : List.of(1, 2, 3)) {
      String base64 = Base64.getMimeEncoder().encodeToString(nested(inner).getBytes(US_ASCII));
      assertThat(reply(encoded + base64)).startsWith(inner < 3 ? "250" : "554 5.6.0 Parts lie");
      String outer = "Content-Type: message/rfc822\r\n\r\n";
      assertThat(reply(outer + encoded + base64))
          .startsWith(inner < 2 ? "250" : "554 5.6.0 Parts lie");
    }
  }

  @Test
  void messagesWithinMessagesShouldBeLevels() throws Exception {
    open("<mimeParts>10</mimeParts><mimeDepth>3</mimeDepth>");
    for (String type : List.of("message/rfc822", "message/global", "(c\\)) message / news")) {
      String level = "Content-Type: " + type + "\r\n\r\n";
      assertThat(reply(level.repeat(3) + "x")).startsWith("250"); // x is a message, too
      assertThat(reply(level.repeat(4) + "x"))
          .isEqualTo("554 5.6.0 Parts lie deeper than 3 levels");
    }
    assertThat(
            reply(
                String.join(
                    "\r\n",
                    "Content-Type: multipart/report; report-type=delivery-status; boundary=a",
                    "",
                    "--a",
                    "",
                    "x",
                    "--a",
                    "Content-Type: message/delivery-status",
                    "",
                    "Reporting-MTA: dns; x.test",
                    "--a--")))
        .startsWith("250");
  }

  /** A part's field stands in memory while it is looked at. */
  @Test
  void fieldsOfPartsShouldBeBounded() throws Exception {
    open("<mimeParts>10</mimeParts><mimeDepth>3</mimeDepth>");
    String begin = "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n";
    assertThat(reply(begin + "X: y" + ("\r\n " + "y".repeat(900)).repeat(600) + "\r\n\r\n--b--"))
        .isEqualTo("554 5.6.0 A field of a part is longer than 512 KiB");
    String type = "Content-Type: multipart/mixed; boundary=\"";
    assertThat(reply(begin + type + ("\r\n " + "\\y".repeat(450)).repeat(500) + "\r\n\r\n--b--"))
        .isEqualTo("554 5.6.0 A header says in several ways what parts there are");
    assertThat(reply(begin + "\r\n" + ("z".repeat(900) + "\r\n").repeat(600) + "--b--"))
        .startsWith("250");
  }

  private static String multipart(int parts) {
    return "Content-Type: multipart/mixed; boundary=x\r\n\r\n"
        + "--x\r\n\r\na part\r\n".repeat(parts)
        + "--x--\r\n";
  }

  private static String nested(int levels) {
    return nested(levels, "Content-Type: multipart/mixed; boundary=level#");
  }

  private static String nested(int levels, String header) {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < levels; i++) {
      lines.add(header.replace("#", String.valueOf(i)) + "\r\n\r\n--level" + i);
    }
    return String.join("\r\n", lines) + "\r\n\r\nthe end";
  }
}
