/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.collect.Lists;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@link OpenRelayTest} runs in a network of its own; the last test looks at what is left. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class OpenRelayInside {
  /** A door as a stranger finds it. */
  enum Door {
    RELAY(25, false, false),
    SUBMISSIONS(465, true, false),
    SUBMISSION(587, false, false),
    SUBMISSION_AFTER_STARTTLS(587, false, true);

    final int port;
    final boolean implicitTls;
    final boolean startTls;

    Door(int port, boolean implicitTls, boolean startTls) {
      this.port = port;
      this.implicitTls = implicitTls;
      this.startTls = startTls;
    }

    boolean isSecure() {
      return implicitTls || startTls;
    }

    /** Connects, with TLS where that belongs to the door, and says EHLO. */
    SmtpDialog open(String source, String target) throws IOException {
      SmtpDialog dialog = new SmtpDialog(source, target, port);
      if (implicitTls) {
        dialog.handshake();
      }
      dialog.expect("220");
      dialog.ask("EHLO stranger.example", "250");
      if (startTls) {
        dialog.startTls();
        dialog.ask("EHLO stranger.example", "250");
      }
      return dialog;
    }
  }

  private static final List<String> SENDERS =
      List.of(
          "spammer@evil.example",
          "",
          ShippedHome.USER,
          "postmaster@localhost",
          "\"a@b\"@localhost",
          "victim@remote.example");

  private static final List<String> RECIPIENTS =
      List.of(
          "victim@remote.example",
          "victim%remote.example@localhost",
          "victim%remote.example@" + hostName(),
          "victim%remote.example@[192.0.2.1]",
          "victim%remote.example",
          "\"victim@remote.example\"@localhost",
          "\"victim@remote.example\"",
          "\"victim%remote.example\"@localhost",
          "@localhost:victim@remote.example",
          "@localhost,@" + hostName() + ":victim@remote.example",
          "victim@remote.example@localhost",
          "remote.example!victim",
          "remote.example!victim@localhost",
          "localhost!remote.example!victim",
          "victim@[192.0.2.25]",
          "victim@[IPv6:::ffff:192.0.2.25]",
          "victim@[::ffff:192.0.2.25]",
          "victim@[IPv6:fd00:db8::10]",
          "victim@[127.0.0.1]",
          "postmaster",
          "postmaster@localhost",
          "abuse@" + hostName(),
          "postmaster@remote.example",
          ShippedHome.USER,
          "root@localhost");

  /** A message; to whoever takes it for lines, commands of a mail that would be taken. */
  private static final String CHUNK =
      "BDAT 74 LAST\r\nRSET\r\nMAIL FROM:<spammer@evil.example>\r\nRCPT TO:<v@x.example>\r\nDATA\r\n\r\n.";

  /** A refused recipient costs three errors, since DATA and BDAT are tried after it. */
  private static final int BEFORE_TOO_MANY_ERRORS = 6;

  private static NameServer nameServer;
  private static TinySink sink;
  private static RelayProcess relay;

  @TempDir static Path home;

  @BeforeAll
  static void start() throws Exception {
    InetAddress exchanger = InetAddress.getByName(PrivateNetwork.SINK);
    nameServer = NameServer.ofPrivateNetwork(exchanger);
    sink = new TinySink(exchanger, 25);
    relay =
        RelayProcess.launch(PrivateNetwork.inRelaysNamespace(), ShippedHome.create(home))
            .awaitReady();
  }

  @AfterAll
  static void stop() throws Exception {
    relay.close();
    sink.close();
    nameServer.close();
  }

  static Stream<Door> doors() {
    return Stream.of(Door.values());
  }

  static Stream<Door> doorsWithTls() {
    return doors().filter(Door::isSecure);
  }

  @ParameterizedTest
  @MethodSource("doors")
  @Order(1)
  void everyRecipientShouldBeRefusedBeforeData(Door door) throws Exception {
    for (String sender : SENDERS) {
      for (List<String> some : Lists.partition(RECIPIENTS, BEFORE_TOO_MANY_ERRORS)) {
        try (SmtpDialog dialog = open(door)) {
          for (String recipient : some) {
            refused(dialog, "<" + sender + ">", "<" + recipient + ">");
          }
        }
      }
    }
    try (SmtpDialog dialog = open(door)) {
      refused(dialog, "<spammer@evil.example>", "victim@remote.example");
      refused(dialog, "<spammer@evil.example> SIZE=1", "<victim@remote.example> NOTIFY=NEVER");
      refused(dialog, "<spammer@evil.example> AUTH=<>", "<victim@remote.example>");
      refused(dialog, "<spammer@evil.example> AUTH=" + ShippedHome.USER, "<victim@remote.example>");
    }
  }

  @ParameterizedTest
  @MethodSource("doors")
  @Order(1)
  void strangersOverIpv6ShouldBeRefused(Door door) throws Exception {
    try (SmtpDialog dialog = door.open(PrivateNetwork.STRANGER_V6, PrivateNetwork.RELAY_V6)) {
      refused(dialog, "<spammer@evil.example>", "<victim@remote.example>");
      refused(dialog, "<>", "<victim@remote.example>");
    }
    try (SmtpDialog dialog = door.open(PrivateNetwork.STRANGER, "::ffff:" + PrivateNetwork.RELAY)) {
      refused(dialog, "<spammer@evil.example>", "<victim@remote.example>");
    }
  }

  @ParameterizedTest
  @MethodSource("doors")
  @Order(1)
  void pipelinedTransactionShouldBeRefusedWhole(Door door) throws Exception {
    try (SmtpDialog dialog = open(door)) {
      dialog.send(
          String.join(
              "\r\n",
              "MAIL FROM:<spammer@evil.example>",
              "RCPT TO:<victim@remote.example>",
              "DATA",
              "Subject: pipelined",
              "",
              "spam",
              ".",
              "NOOP",
              ""));
      assertThat(dialog.reply()).startsWith("250");
      assertThat(dialog.reply()).as("RCPT").startsWith("5");
      assertThat(dialog.reply()).as("DATA").startsWith("5");
    }
    try (SmtpDialog dialog = open(door)) {
      dialog.send(
          "MAIL FROM:<spammer@evil.example>\r\nRCPT TO:<victim@remote.example>\r\n"
              + CHUNK
              + "\r\nBDAT 0 LAST\r\nNOOP\r\n");
      assertThat(dialog.reply()).startsWith("250");
      assertThat(dialog.reply()).as("RCPT").startsWith("5");
      assertThat(dialog.reply()).as("BDAT").startsWith("5");
      assertThat(dialog.reply()).as("BDAT again").startsWith("5");
      assertThat(dialog.reply()).as("NOOP").startsWith("250");
    }
  }

  @ParameterizedTest
  @MethodSource("doors")
  @Order(1)
  void clientShouldNotBeAbleToClaimAnotherAddress(Door door) throws Exception {
    try (SmtpDialog dialog = open(door)) {
      assertThat(say(dialog, "XCLIENT ADDR=127.0.0.1 NAME=localhost")).startsWith("5");
      assertThat(say(dialog, "XFORWARD ADDR=127.0.0.1")).startsWith("5");
      assertThat(say(dialog, "PROXY TCP4 127.0.0.1 127.0.0.1 2525 25")).startsWith("5");
      for (String name : List.of("localhost", "[127.0.0.1]", "127.0.0.1", hostName())) {
        assertThat(say(dialog, "EHLO " + name)).startsWith("250");
        refused(dialog, "<spammer@evil.example>", "<victim@remote.example>");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("doors")
  @Order(1)
  void addressesShouldNotBeProbed(Door door) throws Exception {
    try (SmtpDialog dialog = open(door)) {
      String anybody = say(dialog, "VRFY nobody@nowhere.example");
      assertThat(anybody).startsWith("252");
      assertThat(say(dialog, "VRFY postmaster")).isEqualTo(anybody);
      assertThat(say(dialog, "VRFY " + ShippedHome.USER)).isEqualTo(anybody);
      assertThat(say(dialog, "EXPN staff")).startsWith("5");
      for (String command : List.of("ETRN remote.example", "TURN", "SEND FROM:<a@b.example>")) {
        assertThat(say(dialog, command)).as(command).startsWith("5");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("doorsWithTls")
  @Order(1)
  void failedLoginShouldGiveNoRight(Door door) throws Exception {
    try (SmtpDialog dialog = open(door)) {
      for (String password : List.of("wrong", " ", ShippedHome.PASSWORD + " ")) {
        assertThat(say(dialog, plain(ShippedHome.USER, password))).startsWith("5");
        refused(dialog, "<" + ShippedHome.USER + ">", "<victim@remote.example>");
      }
      assertThat(say(dialog, plain("nobody@example.com", ShippedHome.PASSWORD))).startsWith("5");
      assertThat(say(dialog, "AUTH PLAIN")).startsWith("334");
      assertThat(say(dialog, "*")).startsWith("5");
      assertThat(say(dialog, "AUTH PLAIN " + base64(ShippedHome.USER))).startsWith("5");
      assertThat(say(dialog, "AUTH EXTERNAL " + base64(ShippedHome.USER))).startsWith("5");
      refused(dialog, "<" + ShippedHome.USER + ">", "<victim@remote.example>");
    }
  }

  @ParameterizedTest
  @MethodSource("doors")
  @Order(1)
  void loginInClearShouldBeRefusedEvenWithTheRightPassword(Door door) throws Exception {
    if (door.isSecure()) {
      return;
    }
    try (SmtpDialog dialog = open(door)) {
      assertThat(say(dialog, "EHLO client.test")).doesNotContain("AUTH");
      assertThat(say(dialog, plain(ShippedHome.USER, ShippedHome.PASSWORD))).startsWith("5");
      assertThat(say(dialog, "AUTH LOGIN " + base64(ShippedHome.USER))).startsWith("5");
      refused(dialog, "<" + ShippedHome.USER + ">", "<victim@remote.example>");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "MAIL FROM:<spammer@evil.example>\r\n",
        "EHLO [127.0.0.1]\r\nMAIL FROM:<spammer@evil.example>\r\nRCPT TO:<victim@remote.example>\r\n",
        "MAIL FROM:<>\r\nRCPT TO:<postmaster>\r\nBDAT 6 LAST\r\nspam\r\n",
        "AUTH PLAIN AGFsaWNlQGV4YW1wbGUuY29tAGNvcnJlY3QgaG9yc2UgYmF0dGVyeQ==\r\n"
      })
  @Order(1)
  void commandsSentInClearAfterStarttlsShouldNotCount(String commands) throws Exception {
    for (Door door : List.of(Door.SUBMISSION, Door.RELAY)) {
      try (SmtpDialog dialog = open(door)) {
        dialog.send("STARTTLS\r\n" + commands);
        String reply = dialog.reply();
        if (reply.startsWith("220")) {
          dialog.handshake();
          assertThat(say(dialog, "RCPT TO:<victim@remote.example>")).startsWith("5");
        } else {
          assertThat(reply).startsWith("5");
          assertThat(dialog.readToEnd()).doesNotContain("250", "235");
        }
      }
    }
  }

  /** Shows too that the sink works: what may be relayed arrives, and nothing else. */
  @Test
  @Order(2)
  void onlyTheUsersMailShouldArriveAndTheQueueShouldBeEmpty() throws Exception {
    assertThat(relay.status().path("queues")).as("queues").isNotEmpty();
    assertThat(queued(relay)).as("mails in the queues").isZero();
    assertThat(acceptedIds(relay)).as("mails the relay accepted").isEmpty();
    assertThat(sink.mails()).isEmpty();
    try (SmtpDialog dialog = open(Door.SUBMISSIONS)) {
      assertThat(say(dialog, plain(ShippedHome.USER, ShippedHome.PASSWORD))).startsWith("235");
      assertThat(say(dialog, "MAIL FROM:<" + ShippedHome.USER + ">")).startsWith("250");
      assertThat(say(dialog, "RCPT TO:<friend@remote.example>")).startsWith("250");
      assertThat(say(dialog, "DATA")).startsWith("354");
      assertThat(say(dialog, "From: <" + ShippedHome.USER + ">\r\nBcc: x@y\r\n\r\nhello\r\n."))
          .startsWith("250");
    }
    Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> !sink.mails().isEmpty());
    assertThat(sink.mails())
        .singleElement()
        .satisfies(
            mail -> {
              assertThat(mail.sender()).isEqualTo(ShippedHome.USER);
              assertThat(mail.recipients()).containsExactly("friend@remote.example");
              assertThat(mail.data()).contains("hello").doesNotContainIgnoringCase("bcc:");
            });
    assertThat(acceptedIds(relay)).as("mails the relay accepted").hasSize(1);
    Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> queued(relay) == 0);
  }

  /** The log has one line for each mail that entered the queue. */
  static List<String> acceptedIds(RelayProcess relay) {
    return relay.log().lines().filter(line -> line.contains(" accepted id=")).toList();
  }

  static long queued(RelayProcess relay) {
    long mails = 0;
    for (JsonNode queue : relay.status().path("queues")) {
      mails += queue.asLong();
    }
    return mails;
  }

  private static void refused(SmtpDialog dialog, String sender, String recipient)
      throws IOException {
    String mail = say(dialog, "MAIL FROM:" + sender);
    assertThat(mail).as("MAIL FROM:%s", sender).matches("(?s)[25].*");
    assertThat(say(dialog, "RCPT TO:" + recipient))
        .as("RCPT TO:%s after MAIL FROM:%s", recipient, sender)
        .startsWith("5");
    assertThat(say(dialog, "DATA")).as("DATA after RCPT TO:%s", recipient).startsWith("5");
    assertThat(say(dialog, CHUNK)).as("BDAT after RCPT TO:%s", recipient).startsWith("5");
    assertThat(say(dialog, "RSET")).startsWith("250");
  }

  private static SmtpDialog open(Door door) throws IOException {
    return door.open(PrivateNetwork.STRANGER, PrivateNetwork.RELAY);
  }

  private static String say(SmtpDialog dialog, String line) throws IOException {
    return dialog.send(line + "\r\n").reply();
  }

  static String plain(String user, String password) {
    return "AUTH PLAIN " + base64("\0" + user + "\0" + password);
  }

  private static String base64(String text) {
    return java.util.Base64.getEncoder()
        .encodeToString(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (IOException e) {
      return "localhost";
    }
  }
}
