/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthouse.acceptance.SmtpDialog;
import org.posthouse.james.message.Needs;

/** Messages by BDAT (RFC 3030). */
class ChunksTest {
  @TempDir Path home;
  private SmtpHarness harness;

  @BeforeEach
  void open() throws Exception {
    harness = SmtpHarness.open(home);
  }

  @AfterEach
  void close() {
    harness.close();
  }

  private SmtpDialog client(String parameters) throws Exception {
    SmtpDialog client = harness.client();
    client.ask("MAIL FROM:<a@x.test>" + parameters, "250");
    client.ask("RCPT TO:<b@y.test>", "250");
    return client;
  }

  /** The message as it was taken, without our fields. */
  private String taken() {
    String message = harness.queues().messages().get(0);
    return message.substring(message.indexOf("\r\n", message.indexOf("Message-ID: ")) + 2);
  }

  @Test
  void oneChunkShouldBeAMessage() throws Exception {
    try (SmtpDialog client = client("")) {
      String text = "Subject: x\r\n\r\n.dot\r\n..dots\r\n.\r\nend";
      client.send("BDAT " + text.length() + " LAST\r\n" + text).expect("250 2.6.0");
      client.ask("NOOP", "250");
    }
    assertThat(taken()).isEqualTo("Subject: x\r\n\r\n.dot\r\n..dots\r\n.\r\nend");
  }

  @Test
  void eachChunkShouldHaveItsReply() throws Exception {
    try (SmtpDialog client = client(" BODY=8BITMIME")) {
      client.send("BDAT 12\r\nSubject: x\r\n").expect("250 2.0.0 12 octets");
      client.send("bdat 6\r\n\r\nbody\r\nBDAT 0 LAST\r\n".replace("\r\nbody\r\n", "\r\nbody"));
      client.expect("250 2.0.0 6 octets");
      client.expect("250 2.6.0");
    }
    assertThat(taken()).isEqualTo("Subject: x\r\n\r\nbody");
  }

  @Test
  void everythingMayComeAtOnce() throws Exception {
    try (SmtpDialog client = harness.client()) {
      client.send(
          String.join(
              "\r\n",
              "MAIL FROM:<a@x.test>",
              "RCPT TO:<b@y.test>",
              "BDAT 5",
              "A: b\rBDAT 6 LAST",
              "\n",
              "c",
              "MAIL FROM:<c@x.test>",
              "RCPT TO:<d@y.test>",
              "BDAT 8 LAST",
              "A: b",
              "",
              "QUIT",
              ""));
      client.expect("250 2.1.0");
      client.expect("250 2.1.5");
      client.expect("250 2.0.0");
      client.expect("250 2.6.0");
      client.expect("250 2.1.0");
      client.expect("250 2.1.5");
      client.expect("250 2.6.0");
      client.expect("221");
    }
    assertThat(harness.queues().accepted()).hasSize(2);
    assertThat(taken()).isEqualTo("A: b\r\n\r\nc\r\n");
  }

  @Test
  void chunksOfAnySizeShouldGiveTheSameOctets() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    StringBuilder message = new StringBuilder("Subject: x\r\n\r\n");
    while (message.length() < 400_000) {
      message.append((char) random.nextInt(256));
    }
    try (SmtpDialog client = client(" BODY=BINARYMIME")) {
      int next = 0;
      while (next < message.length()) {
        int size = Math.min(message.length() - next, random.nextInt(60_000));
        boolean last = next + size == message.length();
        client.send("BDAT " + size + (last ? " LAST" : "") + "\r\n");
        client.send(message.substring(next, next + size)).expect("250");
        next += size;
      }
    }
    assertThat(taken()).as("seed %d", seed).isEqualTo(message.toString());
    assertThat(harness.queues().mails().get(0).getAttribute(Needs.BINARYMIME.attribute()))
        .isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\nb\r\n", "a\rb\r\n", "a\r\r\n", "ab\r"})
  void aBareLineEndShouldRefuseTheMessage(String body) throws Exception {
    try (SmtpDialog client = client("")) {
      String text = "Subject: x\r\n\r\n" + body;
      client.send("BDAT " + text.length() + " LAST\r\n" + text).expect("554 5.6.0");
      client.ask("RSET", "250");
    }
    assertThat(harness.queues().accepted()).isEmpty();
  }

  /** Who reads a bare LF as the end of a line sees another header than who does not. */
  @ParameterizedTest
  @ValueSource(strings = {"X: y\nFrom: a@x.test\n\n\r\nFrom: evil@y.test\r\n", "X: a\rb\r\n"})
  void aBareLineEndInTheHeaderShouldRefuseABinaryMessageToo(String header) throws Exception {
    try (SmtpDialog client = client(" BODY=BINARYMIME")) {
      String text = header + "\r\nbo\ndy";
      client.send("BDAT " + text.length() + " LAST\r\n" + text).expect("554 5.6.0");
      client.ask("RSET", "250");
    }
    assertThat(harness.queues().accepted()).isEmpty();
  }

  @Test
  void blanksBeforeTheCommandShouldNotMakeCommandsOfTheChunk() throws Exception {
    try (SmtpDialog client = client("")) {
      client.send(" \tBDAT 6 LAST\r\nRSET\r\n").expect("250 2.6.0");
      client.ask("NOOP", "250");
    }
    assertThat(harness.queues().accepted()).hasSize(1);
  }

  @Test
  void aTabShouldEndNoCommand() throws Exception {
    try (SmtpDialog client = client("")) {
      client.send("BDAT\t6 LAST\r\nNOOP\r\n").expect("500 5.5.1");
      client.expect("250");
    }
    assertThat(harness.queues().accepted()).isEmpty();
  }

  @Test
  void aLineEndMayLieAcrossChunks() throws Exception {
    try (SmtpDialog client = client("")) {
      client.send("BDAT 5\r\nA: b\r").expect("250");
      client.send("BDAT 5 LAST\r\n\n\r\nx\r").expect("554 5.6.0");
    }
    try (SmtpDialog client = client("")) {
      client.send("BDAT 5\r\nA: b\r").expect("250");
      client.send("BDAT 4 LAST\r\n\n\r\nx").expect("250");
    }
    assertThat(taken()).isEqualTo("A: b\r\n\r\nx");
  }

  @Test
  void withoutARecipientTheChunkShouldBeThrownAway() throws Exception {
    try (SmtpDialog client = harness.client()) {
      client.send("BDAT 6\r\nQUIT\r\n").expect("503 5.5.1");
      client.ask("MAIL FROM:<a@x.test>", "250");
      client.send("BDAT 6 LAST\r\nQUIT\r\n").expect("503 5.5.1");
      client.ask("RCPT TO:<b@y.test>", "250");
      client.send("BDAT 4 LAST\r\nA: b").expect("250 2.6.0");
    }
  }

  @Test
  void afterARefusedChunkOnlyResetShouldHelp() throws Exception {
    try (SmtpDialog client = client("")) {
      client.send("BDAT 4\r\na\nb\n").expect("554");
      client.send("BDAT 4 LAST\r\nA: b").expect("503 5.5.1");
      client.ask("DATA", "503 5.5.1");
      client.ask("RCPT TO:<c@y.test>", "503 5.5.1");
      client.ask("RSET", "250");
      client.ask("MAIL FROM:<a@x.test>", "250");
    }
    assertThat(harness.queues().accepted()).isEmpty();
  }

  @Test
  void dataShouldNotFollowAChunk() throws Exception {
    try (SmtpDialog client = client("")) {
      client.send("BDAT 6\r\nA: b\r\n").expect("250");
      client.ask("DATA", "503 5.5.1");
      client.ask("MAIL FROM:<a@x.test>", "503 5.5.1");
      client.send("BDAT 3 LAST\r\n\r\nx").expect("250 2.6.0");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "BDAT",
        "BDAT x",
        "BDAT -1 LAST",
        "BDAT 5 FIRST",
        "BDAT 99999999999999999999",
        "BDAT 5LAST"
      })
  void aChunkOfUnknownSizeShouldEndTheSession(String command) throws Exception {
    try (SmtpDialog client = client("")) {
      client.send(command + "\r\n").expect("501 5.5.4");
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @Test
  void aMessageThatGrowsTooLargeShouldBeRefused() throws Exception {
    String megabyte = "x".repeat(998).concat("\r\n").repeat(1000);
    try (SmtpDialog client = client("")) {
      client.send("BDAT 14\r\nSubject: x\r\n\r\n").expect("250");
      String reply = "250";
      for (int i = 0; i < 40 && reply.startsWith("250"); i++) {
        reply = client.send("BDAT " + megabyte.length() + "\r\n" + megabyte).reply();
      }
      assertThat(reply).startsWith("552 5.3.4");
      client.ask("RSET", "250");
    }
    assertThat(harness.queues().accepted()).isEmpty();
  }

  @Test
  void whatFollowsDataAtOnceShouldBeTheMessage() throws Exception {
    try (SmtpDialog client = harness.client()) {
      client.send(
          String.join(
              "\r\n",
              "MAIL FROM:<a@x.test>",
              "RCPT TO:<b@y.test>",
              "DATA",
              "Subject: x",
              "",
              "BDAT 99 LAST",
              "DATA",
              ".",
              "NOOP",
              ""));
      client.expect("250");
      client.expect("250");
      client.expect("354");
      client.expect("250 2.6.0");
      client.expect("250 2.0.0");
    }
    assertThat(taken()).isEqualTo("Subject: x\r\n\r\nBDAT 99 LAST\r\nDATA\r\n");
  }

  @Test
  void aClientThatLeavesInAChunkShouldLeaveNothing() throws Exception {
    try (SmtpDialog client = client("")) {
      client.send("BDAT 1000 LAST\r\nSubject: x\r\n");
    }
    try (SmtpDialog client = client("")) {
      client.send("BDAT 4 LAST\r\nA: b").expect("250");
    }
    assertThat(harness.queues().accepted()).hasSize(1);
  }
}
