/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.posthouse.acceptance.SmtpDialog;

/** Each bound of {@code reception} in relay.xml that is one of a session, with its reply. */
class SessionLimitsTest {
  @TempDir Path home;
  private SmtpHarness harness;

  @AfterEach
  void close() {
    harness.close();
  }

  private void open(String reception) throws Exception {
    harness = SmtpHarness.open(home, SmtpHarness.limits(reception));
  }

  /** A door with room for so many, at which 127.0.9.1 alone is known. */
  private void openDoor(int connectionLimit) throws Exception {
    String limit = "<connectionLimit>" + connectionLimit + "</connectionLimit>";
    harness =
        SmtpHarness.open(
            home,
            file -> file.replace("127.0.0.0/8", "127.0.9.1").replace("<auth>", limit + "<auth>"));
  }

  private SmtpDialog from(String address) throws IOException {
    return new SmtpDialog(address, "127.0.0.1", harness.port());
  }

  /** One that has its place before the next comes. */
  private SmtpDialog greeted(String address) throws IOException {
    SmtpDialog client = from(address);
    client.expect("220");
    return client;
  }

  @Test
  void sessionsShouldBeBoundedInAll() throws Exception {
    open("<sessions>2</sessions>");
    try (SmtpDialog one = harness.client();
        SmtpDialog other = from("127.0.1.1")) {
      other.expect("220");
      try (SmtpDialog third = from("127.0.2.1")) {
        third.expect("421 4.3.2");
        assertThat(third.isClosedByServer()).isTrue();
      }
      one.ask("NOOP", "250");
    }
    Awaitility.await()
        .untilAsserted(
            () -> {
              try (SmtpDialog again = from("127.0.2.1")) {
                again.expect("220");
              }
            });
  }

  /** Strangers who only hold a session, however busily, must not keep out those who have mail. */
  @Test
  void strangersWhoBringNothingShouldMakeRoomWhereThereIsLittle() throws Exception {
    openDoor(5);
    try (SmtpDialog known = from("127.0.9.1");
        SmtpDialog silent = from("127.0.1.1");
        SmtpDialog busy = from("127.0.2.1");
        SmtpDialog login = from("127.0.3.1");
        SmtpDialog late = from("127.0.4.1")) {
      for (SmtpDialog each : List.of(known, silent, busy, login, late)) {
        each.expect("220");
      }
      login.ask("EHLO client.test", "250");
      login.startTls();
      login.ask("EHLO client.test", "250");
      String plain = "\0" + SmtpHarness.USER + "\0" + SmtpHarness.PASSWORD;
      login.ask(
          "AUTH PLAIN " + Base64.getEncoder().encodeToString(plain.getBytes(US_ASCII)), "235");
      for (int i = 0; i < 2; i++) {
        Thread.sleep(Duration.ofSeconds(4).toMillis());
        busy.ask("NOOP", "250");
      }
      silent.expect("421 4.3.2");
      late.expect("421 4.3.2");
      assertThat(silent.isClosedByServer()).isTrue();
      known.ask("NOOP", "250");
      login.ask("NOOP", "250");
      try (SmtpDialog one = from("127.0.5.1");
          SmtpDialog two = from("127.0.6.1")) {
        one.expect("220");
        two.expect("220");
        busy.expect("421 4.3.2"); // its commands have brought nothing
        assertThat(busy.isClosedByServer()).isTrue();
      }
    }
  }

  /** Whoever has many places leaves one to somebody who has none, at once. */
  @Test
  void aNetworkShouldNotShutADoor() throws Exception {
    openDoor(4);
    try (SmtpDialog oldest = greeted("127.0.1.1");
        SmtpDialog second = greeted("127.0.1.2");
        SmtpDialog third = greeted("127.0.1.3");
        SmtpDialog fourth = greeted("127.0.1.4")) {
      third.ask("NOOP", "250");
      fourth.ask("NOOP", "250");
      try (SmtpDialog same = from("127.0.1.5");
          SmtpDialog other = from("127.0.2.1")) {
        same.expect("421 4.3.2");
        other.expect("220");
        assertThat(oldest.expect("421 4.3.2")).contains("need the room");
        second.ask("NOOP", "250");
      }
    }
  }

  @Test
  void sessionsOfAnAddressAndOfANetworkShouldBeBounded() throws Exception {
    open("<sessionsPerAddress>1</sessionsPerAddress><sessionsPerNetwork>2</sessionsPerNetwork>");
    try (SmtpDialog one = from("127.0.1.1");
        SmtpDialog other = from("127.0.1.2");
        SmtpDialog elsewhere = from("127.0.2.1")) {
      one.expect("220");
      other.expect("220");
      elsewhere.expect("220");
      try (SmtpDialog same = from("127.0.2.1")) {
        assertThat(same.expect("421 4.7.0")).contains("from your address");
      }
      try (SmtpDialog near = from("127.0.1.3")) {
        assertThat(near.expect("421 4.7.0")).contains("from your network");
      }
    }
  }

  @Test
  void errorsShouldEndASession() throws Exception {
    open("<errors>3</errors>");
    try (SmtpDialog client = harness.client()) {
      for (int i = 0; i < 3; i++) {
        client.ask("FOO", "500 5.5.1");
      }
      client.send("FOO\r\nMAIL FROM:<a@x.test>\r\n").expect("421 4.7.0");
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @Test
  void commandsWithoutAMailShouldEndASession() throws Exception {
    open("<idleCommands>5</idleCommands>");
    try (SmtpDialog client = harness.client()) {
      client.ask("NOOP", "250");
      client.ask(" NOOP", "250"); // James takes blanks away before a command
      client.ask("\tnoop", "250");
      client.ask(" EHLO client.test", "250");
      client.ask("RSET", "421 4.7.0");
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  /**
   * RFC 3030 section 2: each BDAT has its reply; none but the last of a mail that is stored is one.
   */
  @Test
  void chunksWithoutOctetsShouldBeAnsweredAndForgiveNothing() throws Exception {
    open("<idleCommands>6</idleCommands><errors>3</errors>");
    try (SmtpDialog client = harness.client()) {
      client.ask("MAIL FROM:<a@x.test>", "250");
      client.ask("RCPT TO:<b@y.test>", "250");
      for (int i = 0; i < 3; i++) {
        client.ask("FOO", "500");
        client.ask("BDAT 0" + " ".repeat(100 * i), "250 2.0.0 0 octets");
      }
      client.ask("FOO", "421 4.7.0");
    }
    try (SmtpDialog client = harness.client()) {
      client.ask("MAIL FROM:<a@x.test>", "250");
      client.ask("RCPT TO:<b@y.test>", "250");
      for (int i = 0; i < 5; i++) {
        client.ask("BDAT 0", "250");
      }
      client.ask("BDAT 0", "421 4.7.0");
    }
    try (SmtpDialog client = harness.client()) {
      client.ask("MAIL FROM:<a@x.test>", "250");
      client.ask("RCPT TO:<b@y.test>", "250");
      for (int i = 0; i < 12; i++) {
        client.send("BDAT 128\r\n" + "x".repeat(126) + "\r\n").expect("250");
      }
      for (int i = 0; i < 5; i++) {
        client.send("BDAT 2\r\n\r\n").expect("250");
      }
      client.send("BDAT 2\r\n\r\n").expect("421 4.7.0");
    }
    try (SmtpDialog client = harness.client()) {
      client.ask("MAIL FROM:<a@x.test>", "250");
      client.ask("RCPT TO:<b@y.test>", "250");
      client.send("BDAT 12\r\nSubject: x\r\n").expect("250");
      client.ask("BDAT 0" + " ".repeat(200) + "LAST", "250 2.6.0");
    }
  }

  /** What it does not read would fill the heap. */
  @Test
  void whoReadsNoRepliesShouldNotBeListenedTo() throws Exception {
    open("<idleCommands>1000000</idleCommands>");
    ByteBuffer commands = ByteBuffer.wrap("NOOP\r\n".repeat(10_000).getBytes(US_ASCII));
    long sent = 0;
    try (SocketChannel client = SocketChannel.open()) {
      client.setOption(StandardSocketOptions.SO_RCVBUF, 4096);
      client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), harness.port()));
      assertThat(client.read(ByteBuffer.allocate(512))).as("the greeting").isPositive();
      client.configureBlocking(false);
      long lastProgress = System.nanoTime();
      while (System.nanoTime() - lastProgress < TimeUnit.SECONDS.toNanos(2)) {
        int written = client.write(commands);
        if (written == 0) {
          Thread.sleep(10);
          continue;
        }
        lastProgress = System.nanoTime();
        sent += written;
        assertThat(sent).as("octets of commands that were taken").isLessThan(30_000_000);
        if (!commands.hasRemaining()) {
          commands.rewind();
        }
      }
    }
  }

  /** What is not handled while they do not fit must be handled once they do. */
  @Test
  void whoReadsLateShouldHaveAllReplies() throws Exception {
    open("<idleCommands>1000000</idleCommands>");
    int count = 60_000;
    try (SmtpDialog client = harness.client()) {
      Thread sender = new Thread(() -> send(client, "NOOP\r\n".repeat(count)));
      sender.start();
      sender.join(Duration.ofSeconds(2).toMillis());
      for (int i = 0; i < count; i++) {
        client.expect("250 2.0.0");
      }
      sender.join();
      client.ask("HELP", "214");
    }
  }

  private static void send(SmtpDialog client, String lines) {
    try {
      client.send(lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aMailShouldForgiveWhatWasBeforeIt() throws Exception {
    open("<idleCommands>5</idleCommands><errors>3</errors>");
    try (SmtpDialog client = harness.client()) {
      for (int mail = 0; mail < 3; mail++) {
        client.ask("NOOP", "250");
        client.ask("NOOP", "250");
        client.ask("FOO", "500");
        client.ask("FOO", "500");
        client.ask("MAIL FROM:<a@x.test>", "250");
        client.ask("RCPT TO:<b@y.test>", "250");
        client.ask("DATA", "354");
        client.send("Subject: x\r\n\r\nx\r\n.\r\n").expect("250");
      }
    }
  }

  @Test
  void whoSpeaksBeforeTheGreetingShouldBeHungUpOn() throws Exception {
    open("<greetingDelay>1 s</greetingDelay>");
    try (SmtpDialog client = new SmtpDialog(harness.port())) {
      client.send("EHLO client.test\r\n").expect("554 5.5.1");
      assertThat(client.isClosedByServer()).isTrue();
    }
    try (SmtpDialog patient = SmtpDialog.greeted(harness.port())) {
      patient.ask("NOOP", "250");
    }
  }
}
