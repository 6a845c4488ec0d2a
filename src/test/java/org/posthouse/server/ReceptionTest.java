/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.james.queue.api.MailQueue.MailQueueException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthouse.acceptance.SmtpDialog;
import org.posthouse.james.queue.QueueFullException;

/** What the replies to DATA promise, and that one connection does not wait for another. */
class ReceptionTest {
  private static final String MESSAGE = "Subject: x\r\n\r\nbody\r\n.\r\n";

  @TempDir Path home;
  private SmtpHarness harness;

  @BeforeEach
  void open() throws Exception {
    harness = SmtpHarness.open(home);
  }

  @AfterEach
  void close() throws Exception {
    harness.close();
  }

  @Test
  void theReplyShouldNameTheQueueId() throws Exception {
    try (SmtpDialog client = harness.clientInData()) {
      assertThat(client.send(MESSAGE).expect("250")).isEqualTo("250 2.6.0 Message received as Q1");
    }
  }

  @Test
  void aFullQueueShouldBeATransientReply() throws Exception {
    harness.queues().refuse(new QueueFullException("no space"));
    try (SmtpDialog client = harness.clientInData()) {
      assertThat(client.send(MESSAGE).reply()).startsWith("452 4.3.1 ");
      client.ask("NOOP", "250");
    }
  }

  @Test
  void troubleInTheQueueShouldBeATransientReply() throws Exception {
    harness.queues().refuse(new MailQueueException("broken"));
    try (SmtpDialog client = harness.clientInData()) {
      assertThat(client.send(MESSAGE).reply()).startsWith("451 4.3.0 ");
      client.ask("NOOP", "250");
    }
  }

  @Test
  void repliesShouldComeInTheOrderOfPipelinedCommands() throws Exception {
    try (SmtpDialog client = harness.client()) {
      client.send("MAIL FROM:<a@relay.test>\r\nRCPT TO:<b@next.test>\r\nRCPT TO:<>\r\nDATA\r\n");
      client.expect("250 2.1.0");
      client.expect("250 2.1.5");
      client.expect("5");
      client.expect("354");
      client.send(MESSAGE + "MAIL FROM:<a@relay.test>\r\nRSET\r\nQUIT\r\n");
      client.expect("250 2.6.0");
      client.expect("250 2.1.0");
      client.expect("250 2.0.0");
      client.expect("221");
    }
  }

  @Test
  void aHundredSessionsShouldWaitForTheQueueTogether() throws Exception {
    harness.queues().closeGate();
    List<SmtpDialog> clients = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      clients.add(harness.clientInData().send(MESSAGE));
    }
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> harness.queues().inside() == clients.size());
    try (SmtpDialog other = harness.client()) {
      other.ask("NOOP", "250"); // whoever does not enqueue is not stalled
    }
    harness.queues().openGate();
    for (SmtpDialog client : clients) {
      client.expect("250 2.6.0");
      client.close();
    }
    assertThat(harness.queues().accepted()).hasSize(100);
  }

  @Test
  void aLineOverTheLimitShouldFailTheMessageAtItsEnd() throws Exception {
    try (SmtpDialog client = harness.clientInData()) {
      client.send("Subject: x\r\n\r\n" + "x".repeat(20_000) + "\r\nmore\r\n.\r\n");
      client.expect("500 5.5.2");
      client.ask("NOOP", "250");
      assertThat(harness.queues().accepted()).isEmpty();
    }
  }

  @Test
  void aHeaderWithoutEndShouldBeRefused() throws Exception {
    String field = "X-Long: " + "y".repeat(900) + "\r\n";
    try (SmtpDialog client = harness.clientInData()) {
      client.send(field.repeat(600)).send("\r\nbody\r\n.\r\n").expect("552 5.3.4");
      client.ask("NOOP", "250");
      assertThat(harness.queues().accepted()).isEmpty();
    }
    try (SmtpDialog client = harness.clientInData()) {
      client.send(field.repeat(500)).send("\r\nbody\r\n.\r\n").expect("250");
    }
  }

  @Test
  void theGreetingShouldBeginWithTheHostName() throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), harness.port());
        BufferedReader in =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))) {
      assertThat(in.readLine()).matches("220 [-a-zA-Z0-9.]+ .*");
    }
  }

  @Test
  void aBareLineFeedShouldNotEndAMessage() throws Exception {
    try (SmtpDialog client = harness.clientInData()) {
      client.send("Subject: x\r\n\r\nbody\n.\nMAIL FROM:<mallory@evil.test>\r\n");
      client.expect("500");
      assertThat(client.isClosedByServer()).isTrue();
      assertThat(harness.queues().accepted()).isEmpty();
    }
  }

  /** What comes behind it would be a mail to whoever reads a bare LF as the end of a line. */
  @ParameterizedTest
  @ValueSource(strings = {"\r\n", ""})
  void aLineTooLongShouldNotHideHowItEnds(String header) throws Exception {
    try (SmtpDialog client = harness.clientInData()) {
      client.send("Subject: x\r\n" + header + "A".repeat(13_000) + "\n.\r\n");
      client.send("MAIL FROM:<mallory@relay.test>\r\nRCPT TO:<b@next.test>\r\nDATA\r\n");
      client.expect("500 5.5.2");
      assertThat(client.isClosedByServer()).isTrue();
      assertThat(harness.queues().accepted()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"NOOP\n", "MAIL FROM:<a@relay.test>\n", "\n"})
  void aCommandThatEndsWithABareLineFeedShouldEndTheSession(String command) throws Exception {
    try (SmtpDialog client = harness.client()) {
      client.send(command).expect("500 5.5.2 Lines must end with CRLF");
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {" From: <evil@next.test>\r\n", "\tb\r\nSubject: x\r\n"})
  void aMessageShouldNotBeginWithinOurTrace(String header) throws Exception {
    try (SmtpDialog client = harness.clientInData()) {
      client.send(header + "\r\nbody\r\n.\r\n").expect("554 5.6.0");
      client.ask("NOOP", "250");
      assertThat(harness.queues().accepted()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\r.\r\n", "x\rBcc: secret@x.test\r\n", "\r\r\n"})
  void aBareCarriageReturnShouldRefuseTheMessage(String line) throws Exception {
    try (SmtpDialog client = harness.clientInData()) {
      client.send("Subject: x\r\n" + line);
      client.expect("500");
      assertThat(client.isClosedByServer()).isTrue();
      assertThat(harness.queues().accepted()).isEmpty();
    }
  }

  @Test
  void portsShouldBeClosedUntilEverythingHasStarted(@TempDir Path other) throws Exception {
    try (SmtpHarness closed = new SmtpHarness(other)) {
      assertThat(closed.servers().listeners()).isEmpty();
    }
  }

  @Test
  void aMessageLargerThanAllBuffersShouldArrive() throws Exception {
    try (SmtpDialog client = harness.clientInData()) {
      client.send("Subject: x\r\n\r\n");
      String block = ("x".repeat(70) + "\r\n").repeat(1000);
      for (int i = 0; i < 100; i++) {
        client.send(block);
      }
      client.send(".\r\n").expect("250");
    }
  }

  @Test
  void idleSessionsShouldGet421WhenDraining() throws Exception {
    try (SmtpDialog client = harness.client()) {
      long start = System.nanoTime();
      harness.servers().drain(Duration.ofSeconds(5));

      assertThat(client.reply()).startsWith("421 4.3.2 ").contains("closing");
      assertThat(client.isClosedByServer()).isTrue();
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
    }
  }

  @Test
  void aTransactionShouldEndWithItsReplyWhenDraining() throws Exception {
    int port = harness.port();
    try (SmtpDialog client = harness.clientInData()) {
      Thread drain = drainInBackground(Duration.ofSeconds(20));
      Awaitility.await()
          .untilAsserted(
              () -> assertThatThrownBy(() -> new SmtpDialog(port)).isInstanceOf(IOException.class));
      client.send(MESSAGE).expect("250 2.6.0");
      client.expect("421 4.3.2");
      assertThat(client.isClosedByServer()).isTrue();
      drain.join();
    }
  }

  @Test
  void aHangingTransactionShouldNotOutliveTheBound() throws Exception {
    harness.queues().closeGate();
    try (SmtpDialog hanging = harness.clientInData().send(MESSAGE);
        SmtpDialog slow = harness.clientInData().send("Subject: ")) {
      long start = System.nanoTime();
      harness.servers().drain(Duration.ofSeconds(1));

      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
      slow.expect("421");
      hanging.expect("421");
      assertThat(harness.queues().accepted()).isEmpty();
    }
  }

  private Thread drainInBackground(Duration bound) {
    Thread drain =
        new Thread(
            () -> {
              try {
                harness.servers().drain(bound);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    drain.start();
    return drain;
  }
}
