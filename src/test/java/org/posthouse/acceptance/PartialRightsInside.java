/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.Lists;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthouse.identity.UserFile;
import org.posthouse.identity.UserName;
import org.posthouse.identity.UserRegister;

/**
 * What {@link OpenRelayTest} runs with a relay that knows some clients: whoever may do something
 * may do nothing else by it. The printer has one recipient's domain, bob can log in and has no
 * rule, the last client is a stranger; there are two local addresses, a trusted proxy and a trusted
 * filter.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PartialRightsInside {
  private static final String PRINTER = PrivateNetwork.STRANGER;
  private static final String STRANGER = PrivateNetwork.SINK;
  private static final String BOB = "bob@example.com";
  private static final String MESSAGE = "From: <printer@example.com>\r\n\r\nscan\r\n";

  /** Written for a local address, or for the printer's domain, and meant for somebody else. */
  private static final List<String> DISGUISED =
      List.of(
          "victim@remote.example",
          "@example.com:victim@remote.example",
          "@example.com,@localhost:victim@remote.example",
          "victim%remote.example@example.com",
          "postmaster%remote.example@example.com",
          "remote.example!victim@example.com",
          "postmaster!victim@example.com",
          "\"victim@remote.example\"@example.com",
          "\"postmaster@example.com\"@remote.example",
          "\"postmaster\"@remote.example",
          "postmaster@example.com@remote.example",
          "postmaster@example.com%remote.example",
          "postmaster@remote.example",
          "postmaster@example.com.remote.example",
          "postmaster@sub.example.com",
          "bounces+victim=remote.example@remote.example",
          "postmaster@[192.0.2.1]");

  /** Each disguised recipient costs two. */
  private static final int BEFORE_TOO_MANY_ERRORS = 9;

  private static NameServer nameServer;
  private static TinySink sink;
  private static RelayProcess relay;

  @TempDir static Path home;

  @BeforeAll
  static void start() throws Exception {
    InetAddress exchanger = InetAddress.getByName(PrivateNetwork.SINK);
    nameServer = NameServer.ofPrivateNetwork(exchanger);
    sink = new TinySink(exchanger, 25);
    configure();
    relay = RelayProcess.launch(PrivateNetwork.inRelaysNamespace(), home).awaitReady();
  }

  private static void configure() throws IOException {
    Path conf = ShippedHome.create(home).resolve("conf");
    new UserRegister(new UserFile(conf.resolve("users")))
        .add(UserName.of(BOB), "default", ShippedHome.PASSWORD);
    Files.writeString(
        conf.resolve("identities.xml"),
        "<identities><users/><network identity='printer'>" + PRINTER + "</network></identities>");
    Files.writeString(
        conf.resolve("senders.xml"),
        "<senders>"
            + "<rule name='scans' identities='printer'><sender>printer@example.com</sender>"
            + "<recipients>@friends.example</recipients></rule>"
            + "<rule name='alice' identities='alice@example.com'><sender>own</sender></rule>"
            + "<local><address forward='admin@friends.example'>postmaster@example.com</address>"
            + "<address processor='error'>bounces+*@example.com</address></local></senders>");
    Path doors = conf.resolve("smtpserver.xml");
    Files.writeString(
        doors,
        Files.readString(doors)
            .replace(
                "<auth>",
                "<proxyFrom>192.0.2.53</proxyFrom><xclientFrom>192.0.2.54</xclientFrom><auth>"));
  }

  @AfterAll
  static void stop() throws Exception {
    relay.close();
    sink.close();
    nameServer.close();
  }

  @ParameterizedTest
  @EnumSource(OpenRelayInside.Door.class)
  @Order(1)
  void localAddressesShouldBeNoWayToOthers(OpenRelayInside.Door door) throws Exception {
    for (String sender : List.of("<>", "<spammer@evil.example>", "<postmaster@example.com>")) {
      for (List<String> some : Lists.partition(DISGUISED, BEFORE_TOO_MANY_ERRORS)) {
        try (SmtpDialog dialog = door.open(STRANGER, PrivateNetwork.RELAY)) {
          for (String recipient : some) {
            ask(dialog, "MAIL FROM:" + sender, "250");
            ask(dialog, "RCPT TO:<" + recipient + ">", "5");
            ask(dialog, "RCPT TO:<postmaster@example.com>", "250");
            ask(dialog, "RCPT TO:<" + recipient + ">", "5");
            ask(dialog, "RSET", "250");
          }
        }
      }
    }
  }

  /** Of one mail the local address gets its copy, and the other nothing. */
  @ParameterizedTest
  @ValueSource(strings = {"DATA", "BDAT"})
  @Order(1)
  void foreignRecipientBesideALocalOneShouldGetNothing(String by) throws Exception {
    String message = "To: <victim@remote.example>\r\nBcc: <victim@remote.example>\r\n\r\nspam\r\n";
    try (SmtpDialog dialog = OpenRelayInside.Door.RELAY.open(STRANGER, PrivateNetwork.RELAY)) {
      dialog.send(
          "MAIL FROM:<spammer@evil.example>\r\nRCPT TO:<bounces+"
              + by
              + "@example.com>\r\n"
              + "RCPT TO:<victim@remote.example>\r\n"
              + (by.equals("DATA") ? "DATA\r\n" : chunk(message)));
      dialog.expect("250");
      dialog.expect("250");
      dialog.expect("550 5.7.1");
      if (by.equals("DATA")) {
        dialog.expect("354");
        dialog.send(message + ".\r\n");
      }
      dialog.expect("250 2.6.0");
    }
  }

  private static String chunk(String message) {
    return "BDAT " + message.length() + " LAST\r\n" + message;
  }

  @Test
  @Order(1)
  void networkIdentityShouldHaveWhatItsRuleSaysAndNoMore() throws Exception {
    for (String recipient : DISGUISED) {
      try (SmtpDialog dialog = OpenRelayInside.Door.RELAY.open(PRINTER, PrivateNetwork.RELAY)) {
        for (String sender : List.of("ceo@example.com", "spammer@evil.example")) {
          assertThat(say(dialog, "MAIL FROM:<" + sender + ">")).startsWith("5");
        }
        ask(dialog, "MAIL FROM:<printer@example.com>", "250");
        ask(dialog, "RCPT TO:<" + recipient + ">", "5");
        assertThat(dialog.send(chunk(MESSAGE)).reply()).startsWith("5");
        ask(dialog, "RSET", "250");
      }
    }
    try (SmtpDialog dialog = OpenRelayInside.Door.RELAY.open(PRINTER, PrivateNetwork.RELAY)) {
      ask(dialog, "MAIL FROM:<printer@example.com>", "250");
      ask(dialog, "RCPT TO:<office@friends.example>", "250");
      ask(dialog, "RCPT TO:<victim@remote.example>", "5");
      dialog.send(chunk(MESSAGE)).expect("250 2.6.0");
      ask(dialog, "RCPT TO:<victim@remote.example>", "503");
    }
  }

  /** EHLO, XCLIENT, PROXY: nobody becomes the printer by saying so. */
  @ParameterizedTest
  @EnumSource(OpenRelayInside.Door.class)
  @Order(1)
  void strangerShouldNotPassForAnotherClient(OpenRelayInside.Door door) throws Exception {
    try (SmtpDialog dialog = door.open(STRANGER, PrivateNetwork.RELAY)) {
      for (String name : List.of("printer", "[" + PRINTER + "]", PRINTER, "localhost")) {
        ask(dialog, "EHLO " + name, "250");
        ask(dialog, "XCLIENT ADDR=" + PRINTER + " LOGIN=alice@example.com", "550 5.7.0");
        ask(dialog, "MAIL FROM:<printer@example.com>", "250");
        ask(dialog, "RCPT TO:<office@friends.example>", "5");
        ask(dialog, "RSET", "250");
      }
    }
    if (!door.isSecure()) {
      String v1 = "PROXY TCP4 " + PRINTER + " " + PrivateNetwork.RELAY + " 4711 25\r\n";
      String v2 =
          "\r\n\r\n\0\r\nQUIT\n!\u0011\0\f\u00c0\0\u0002\n\u00c0\0\u0002\u0001\u00124\0\u0019";
      for (String header : List.of(v1, v2)) {
        try (SmtpDialog dialog = new SmtpDialog(STRANGER, PrivateNetwork.RELAY, door.port)) {
          dialog.send(header + "EHLO x\r\nMAIL FROM:<printer@example.com>\r\n");
          dialog.send("RCPT TO:<office@friends.example>\r\n" + chunk(MESSAGE) + "QUIT\r\n");
          assertThat(dialog.readToEnd()).doesNotContain("2.1.5", "2.6.0");
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = OpenRelayInside.Door.class,
      names = {"SUBMISSIONS", "SUBMISSION_AFTER_STARTTLS"})
  @Order(1)
  void loginShouldGiveNoRightThatNoRuleGives(OpenRelayInside.Door door) throws Exception {
    try (SmtpDialog dialog = door.open(STRANGER, PrivateNetwork.RELAY)) {
      ask(dialog, OpenRelayInside.plain(BOB, ShippedHome.PASSWORD), "235");
      for (String sender : List.of(BOB, ShippedHome.USER, "")) {
        String reply = say(dialog, "MAIL FROM:<" + sender + ">");
        if (reply.startsWith("250")) {
          ask(dialog, "RCPT TO:<victim@remote.example>", "5");
          assertThat(dialog.send(chunk(MESSAGE)).reply()).startsWith("5");
          ask(dialog, "RSET", "250");
        } else {
          assertThat(reply).startsWith("5");
        }
      }
    }
    try (SmtpDialog dialog = door.open(STRANGER, PrivateNetwork.RELAY)) {
      ask(dialog, OpenRelayInside.plain(ShippedHome.USER, ShippedHome.PASSWORD), "235");
      ask(dialog, "MAIL FROM:<" + BOB + ">", "5");
      ask(dialog, "MAIL FROM:<" + ShippedHome.USER + ">", "250");
      ask(dialog, "RCPT TO:<office@friends.example>", "250");
      dialog.send(chunk("From: <" + BOB + ">\r\n\r\nnot mine\r\n")).expect("5");
    }
  }

  @Test
  @Order(2)
  void onlyWhatWasAllowedShouldHaveArrived() {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> OpenRelayInside.queued(relay) == 0 && !sink.mails().isEmpty());
    assertThat(sink.mails()).hasSize(1);
    assertThat(sink.mails().get(0).recipients()).containsExactly("office@friends.example");
    assertThat(OpenRelayInside.acceptedIds(relay)).as("mails that were accepted").hasSize(3);
    assertThat(nameServer.reverseQuestions()).as("names of clients are not looked up").isZero();
  }

  private static void ask(SmtpDialog dialog, String line, String code) throws IOException {
    assertThat(say(dialog, line)).as(line).startsWith(code);
  }

  private static String say(SmtpDialog dialog, String line) throws IOException {
    return dialog.send(line + "\r\n").reply();
  }
}
