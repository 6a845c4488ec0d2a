/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.posthouse.acceptance.SmtpDialog;
import org.posthouse.james.command.SessionLimits;
import org.posthouse.james.overload.Overload;
import org.slf4j.LoggerFactory;

/** Each login, refusal and limit is one line of the log, and says why. */
class EventsTest {
  private static final String FROM = "MAIL FROM:<alice@relay.test>";

  /** What their servers left running: blocks that end, files of homes that are gone. */
  private static final Pattern OF_EARLIER_TESTS = Pattern.compile("unblocked |Cannot write ");

  @TempDir Path home;
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Logger all = (Logger) LoggerFactory.getLogger("org.posthouse");
  private SmtpHarness harness;

  @BeforeEach
  void listen() throws Exception {
    Files.createDirectories(home.resolve("conf"));
    log.start();
    all.addAppender(log);
    all.setLevel(Level.INFO);
  }

  @AfterEach
  void close() {
    harness.close();
    all.detachAppender(log);
    all.setLevel(null);
  }

  private List<String> lines() {
    return List.copyOf(log.list).stream()
        .map(ILoggingEvent::getFormattedMessage)
        .filter(line -> !OF_EARLIER_TESTS.matcher(line).lookingAt())
        .toList();
  }

  private void conf(String file, String xml) throws Exception {
    Files.writeString(home.resolve("conf").resolve(file), xml);
  }

  private static void send(SmtpDialog client) throws Exception {
    client.ask(FROM, "250");
    client.ask("RCPT TO:<bob@next.test>", "250");
    client.ask("DATA", "354");
    client.send("From: alice@relay.test\r\n\r\nb\r\n.\r\n").expect("250");
  }

  @Test
  void aLimitShouldBeOneRefusalThatTellsOfIt() throws Exception {
    harness =
        SmtpHarness.openLimited(
            home,
            "<limits><limit name='net' per='network'><messages>1 / 1 d</messages></limit></limits>",
            Overload.none());
    try (SmtpDialog client = harness.client()) {
      send(client);
      client.ask(FROM, "451 4.7.28");
    }
    assertThat(lines())
        .singleElement()
        .asString()
        .matches(
            "refused id=[0-9a-f]{8} client=127[.]0[.]0[.]1 login=- from=<alice@relay[.]test> to=-"
                + " reply=\"451 4[.]7[.]28 Limit net .*\" reason=limit limit=net"
                + " key=127[.]0[.]0[.]0/24 bound=\"1 messages in 1d\" frees=\\w+");
  }

  @Test
  void aMailThatWaitsForALimitShouldHaveItsIdInTheLine() throws Exception {
    harness =
        SmtpHarness.openLimited(
            home,
            "<limits><limit name='net' per='network'><messages>1 / 1 h</messages>"
                + "<when>hold</when></limit></limits>",
            Overload.none());
    try (SmtpDialog client = harness.client()) {
      send(client);
      send(client);
    }
    assertThat(lines())
        .singleElement()
        .asString()
        .matches(
            "held id=Q2 limit=net key=127[.]0[.]0[.]0/24 bound=\"1 messages in 1h\" frees=\\w+"
                + " client=127[.]0[.]0[.]1");
  }

  @Test
  void aRuleShouldBeNamedWhereItRefuses() throws Exception {
    conf(
        "senders.xml",
        "<senders><rule name='ours' networks='authorized'><sender>@ours.test</sender>"
            + "<recipients>@next.test</recipients></rule></senders>");
    harness = SmtpHarness.open(home);
    try (SmtpDialog client = harness.client()) {
      client.ask(FROM, "550 5.7.1");
      client.ask("MAIL FROM:<a@ours.test>", "250");
      client.ask("RCPT TO:<b@other.test>", "550 5.7.1");
      client.ask("RCPT TO:<b@next.test>", "250");
      client.ask("DATA", "354");
      client.send("From: x@other.test\r\n\r\nb\r\n.\r\n").expect("550");
    }
    assertThat(lines()).hasSize(3).allMatch(line -> line.endsWith("\" reason=rule rule=ours"));
  }

  @Test
  void whoIsKnownByItsNetworkShouldHaveOneLineForAConnection() throws Exception {
    conf(
        "identities.xml",
        "<identities><network identity='printer'>127.0.0.0/8</network></identities>");
    conf(
        "senders.xml",
        "<senders><rule name='a' identities='*'><sender>any</sender></rule></senders>");
    harness = SmtpHarness.open(home);
    try (SmtpDialog client = harness.client()) {
      send(client);
      send(client);
    }
    assertThat(lines())
        .containsExactly(
            "login reply=- user=- as=printer source=network credential=- mechanism=-"
                + " client=127.0.0.1 how=network");
  }

  @Test
  void aLoginShouldHaveOneLineAndNoMoreAtItsMail() throws Exception {
    harness = SmtpHarness.open(home);
    try (SmtpDialog client = harness.client().startTls()) {
      client.ask("EHLO client.test", "250");
      client.ask(plain(SmtpHarness.USER, SmtpHarness.PASSWORD), "235");
      send(client);
    }
    assertThat(lines())
        .containsExactly(
            "login reply=235 user=alice@relay.test as=alice@relay.test source=users"
                + " credential=default mechanism=PLAIN client=127.0.0.1 how=login");
  }

  @Test
  void whoAProxyHasLetInShouldHaveALineToo() throws Exception {
    harness = SmtpHarness.openWith(home, "<xclientFrom>127.0.0.1</xclientFrom>");
    try (SmtpDialog client = harness.client()) {
      client.ask("XCLIENT ADDR=192.0.2.7 PROTO=ESMTP HELO=x.test LOGIN=alice@relay.test", "220");
      send(client);
    }
    assertThat(lines())
        .containsExactly(
            "login reply=- user=- as=alice@relay.test source=james credential=- mechanism=-"
                + " client=192.0.2.7 how=login");
  }

  @Test
  void aBoundShouldEndASessionWithALine() throws Exception {
    harness = SmtpHarness.open(home, SmtpHarness.limits("<idleCommands>3</idleCommands>"));
    try (SmtpDialog client = harness.client()) {
      client.ask("NOOP", "250");
      client.ask("NOOP", "250");
      client.ask("NOOP", "421 4.7.0 Too many commands without a mail");
    }
    assertThat(lines())
        .singleElement()
        .asString()
        .matches(
            "refused id=[0-9a-f]{8} client=127[.]0[.]0[.]1 login=- from=- to=- reply=\"421 4[.]7[.]0"
                + " Too many commands without a mail\" reason=bound");
  }

  @Test
  void whatClientsSendShouldForgeNoLineAndNoWord() throws Exception {
    harness = SmtpHarness.open(home, SessionLimits.DEFAULT);
    String forged = "x\r\nlogin reply=235 user=\u2028root reason=\"limit\" client=192.0.2.1";
    try (SmtpDialog client = harness.client().startTls()) {
      client.ask("EHLO client.test", "250");
      client.ask(plain(forged, "wrong"), "535");
      client.ask("MAIL FROM:<x> reply=\"250\" reason=limit\u0085\u001b[2J>", "5");
      client.ask("RCPT TO:<a> client=192.0.2.1 \t@b>", "5");
    }
    assertThat(lines())
        .hasSize(3)
        .allMatch(
            line ->
                line.matches(
                    "refused id=\\S+ client=127[.]0[.]0[.]1 login=\\S+ from=\\S+ to=\\S+"
                        + " reply=\"[^\"\\p{Cntrl}]*\" reason=(login|address|protocol)"));
  }

  private static String plain(String login, String password) {
    String message = "\0" + login + "\0" + password;
    return "AUTH PLAIN " + Base64.getEncoder().encodeToString(message.getBytes(UTF_8));
  }
}
