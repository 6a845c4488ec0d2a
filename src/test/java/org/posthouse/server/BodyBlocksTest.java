/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthouse.acceptance.SmtpDialog;

/** However a message comes in pieces, and whatever follows it, it is what was sent. */
class BodyBlocksTest {
  private static final String HEADER = "Subject: x\r\n\r\n";

  @TempDir Path directory;
  private SmtpHarness harness;

  @BeforeEach
  void open() throws Exception {
    harness = SmtpHarness.open(directory);
  }

  @AfterEach
  void close() {
    harness.close();
  }

  /** Lines of all lengths, many of which begin with dots. */
  private static String body(Random random, int lines) {
    StringBuilder body = new StringBuilder();
    for (int i = 0; i < lines; i++) {
      body.append(".".repeat(random.nextInt(4)));
      int length = random.nextInt(20) == 0 ? random.nextInt(5_000) : random.nextInt(80);
      for (int j = 0; j < length; j++) {
        body.append((char) (' ' + random.nextInt(94)));
      }
      body.append("\r\n");
    }
    return body.toString();
  }

  private static String stuffed(String message) {
    return message.replaceAll("(?m)^\\.", "..");
  }

  private static void sendInPieces(SmtpDialog client, String text, Random random) throws Exception {
    int from = 0;
    while (from < text.length()) {
      int to = Math.min(text.length(), from + 1 + random.nextInt(20_000));
      client.send(text.substring(from, to));
      from = to;
      if (random.nextInt(4) == 0) {
        Thread.sleep(5); // the handlers come up, and blocks begin
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6})
  void messagesShouldArriveAsTheyWereSentWithCommandsBehindThem(int seed) throws Exception {
    Random random = new Random(seed);
    List<String> sent = new ArrayList<>();
    StringBuilder stream = new StringBuilder();
    for (int i = 0; i < 5; i++) {
      String message = HEADER + body(random, 1 + random.nextInt(3_000));
      sent.add(message);
      stream.append(stuffed(message)).append(".\r\n");
      // RFC 2920, section 3.1: the next mail's commands may stand right behind the dot.
      stream.append("MAIL FROM:<alice@relay.test>\r\nRCPT TO:<bob@next.test>\r\nDATA\r\n");
    }
    try (SmtpDialog client = harness.clientInData()) {
      String[] mails = stream.toString().split("(?<=DATA\r\n)", -1);
      for (int i = 0; i < sent.size(); i++) {
        sendInPieces(client, mails[i], random);
        client.expect("250 2.6.0");
        client.expect("250");
        client.expect("250");
        client.expect("354");
      }
    }
    assertThat(harness.queues().messages()).hasSize(sent.size());
    for (int i = 0; i < sent.size(); i++) {
      assertThat(harness.queues().messages().get(i)).endsWith("\r\n" + sent.get(i));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"x\n.\n", "x\n.\r\n", "x\r.\r\n", ".\n", "\r.\r\n", "\r\r\n", ".x\n", "\n\r\n"})
  void wrongLineEndsAmongManyShouldRefuseTheMessage(String smuggled) throws Exception {
    String lines = "body ".repeat(12) + "\r\n";
    String rest = "MAIL FROM:<mallory@evil.test>\r\nRCPT TO:<bob@next.test>\r\nDATA\r\n";
    try (SmtpDialog client = harness.clientInData()) {
      client.send(HEADER + lines);
      Thread.sleep(100);
      client.send(lines.repeat(500) + smuggled + rest + lines.repeat(500) + ".\r\n");
      client.expect("500");
      assertThat(client.isClosedByServer()).isTrue();
    }
    assertThat(harness.queues().accepted()).isEmpty();
  }

  @Test
  void aLineOverTheLimitAmongManyShouldFailTheMessageAtItsEnd() throws Exception {
    String lines = "body\r\n".repeat(2_000);
    try (SmtpDialog client = harness.clientInData()) {
      client.send(HEADER + lines);
      Thread.sleep(100);
      client.send(lines + "x".repeat(20_000) + "\r\n" + lines + ".\r\n");
      client.expect("500 5.5.2");
      client.ask("MAIL FROM:<alice@relay.test>", "250");
      client.ask("RCPT TO:<bob@next.test>", "250");
      client.ask("DATA", "354");
      client.send(HEADER + lines + ".\r\n").expect("250");
    }
    assertThat(harness.queues().messages()).singleElement().asString().endsWith(HEADER + lines);
  }

  /** What a client sends as one message and more without waiting for 354 is read line by line. */
  @Test
  void contentThatDoesNotWaitForItsReplyShouldEndWhereItEnds() throws Exception {
    String mail =
        "MAIL FROM:<alice@relay.test>\r\nRCPT TO:<bob@next.test>\r\nDATA\r\n"
            + HEADER
            + "body\r\n".repeat(3_000)
            + ".\r\n";
    try (SmtpDialog client = harness.client()) {
      client.send(mail.repeat(3));
      for (int i = 0; i < 3; i++) {
        client.expect("250");
        client.expect("250");
        client.expect("354");
        client.expect("250 2.6.0");
      }
      client.ask("NOOP", "250");
    }
    assertThat(harness.queues().messages()).hasSize(3);
  }
}
