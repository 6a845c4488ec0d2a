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
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthouse.acceptance.SmtpDialog;

/** Each bound of {@code reception} in relay.xml, with its reply. */
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
