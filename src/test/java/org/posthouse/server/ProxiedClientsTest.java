/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.apache.mailet.Mail;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthouse.acceptance.SmtpDialog;
import org.slf4j.LoggerFactory;

/** Clients behind a proxy, which says whom it speaks for, and hosts that only pretend to be one. */
class ProxiedClientsTest {
  private static final String MESSAGE = "From: <a@x.test>\r\nSubject: x\r\n\r\nbody\r\n.\r\n";

  @TempDir Path home;
  private final Logger mailLog = (Logger) LoggerFactory.getLogger("org.posthouse.mail");
  private SmtpHarness harness;

  @AfterEach
  void close() {
    harness.close();
  }

  private SmtpDialog from(String address) throws IOException {
    return new SmtpDialog(address, "127.0.0.1", harness.port());
  }

  private ListAppender<ILoggingEvent> attach() {
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    mailLog.setLevel(Level.INFO);
    mailLog.addAppender(log);
    return log;
  }

  private void detach(ListAppender<ILoggingEvent> log) {
    mailLog.detachAppender(log);
    mailLog.setLevel(null);
  }

  private Mail send(SmtpDialog client) throws Exception {
    client.ask("EHLO client.test", "250");
    client.ask("MAIL FROM:<a@x.test>", "250");
    client.ask("RCPT TO:<b@y.test>", "250");
    client.ask("DATA", "354");
    client.send(MESSAGE).expect("250");
    return harness.queues().mails().get(harness.queues().mails().size() - 1);
  }

  @Test
  void theHeaderOfAProxyShouldGiveTheClientsAddress() throws Exception {
    harness = SmtpHarness.openWith(home, "<proxyFrom>127.0.0.2</proxyFrom>");
    try (SmtpDialog proxy = from("127.0.0.2")) {
      proxy.send("PROXY TCP4 127.9.8.7 127.0.0.1 4711 25\r\n").expect("220");
      assertThat(proxy.ask("EHLO client.test", "250")).contains("[127.9.8.7]");
      assertThat(send(proxy).getRemoteAddr()).isEqualTo("127.9.8.7");
    }
    assertThat(harness.queues().messages().get(0)).contains("([127.9.8.7])");
  }

  @Test
  void theSecondVersionShouldBeUnderstoodToo() throws Exception {
    harness = SmtpHarness.openWith(home, "<proxyFrom>127.0.0.2</proxyFrom>");
    byte[] header = {
      0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a, // the signature
      0x21, 0x11, 0x00, 0x0c, // PROXY, TCP over IPv4, 12 octets
      127, 9, 8, 7, 127, 0, 0, 1, 0x12, 0x34, 0x00, 0x19
    };
    try (SmtpDialog proxy = from("127.0.0.2")) {
      proxy.send(new String(header, StandardCharsets.ISO_8859_1)).expect("220");
      assertThat(send(proxy).getRemoteAddr()).isEqualTo("127.9.8.7");
    }
  }

  @Test
  void aClientOfAProxyShouldNotHaveTheProxysRights() throws Exception {
    harness = SmtpHarness.openWith(home, "<proxyFrom>127.0.0.2</proxyFrom>");
    try (SmtpDialog proxy = from("127.0.0.2")) {
      proxy.send("PROXY TCP6 2001:db8::7 ::1 4711 25\r\n").expect("220");
      proxy.ask("EHLO client.test", "250");
      proxy.ask("MAIL FROM:<a@x.test>", "250");
      proxy.ask("RCPT TO:<b@y.test>", "5");
    }
  }

  @Test
  void aClientOfAProxyShouldNotSpeakForOthers() throws Exception {
    harness =
        SmtpHarness.openWith(
            home, "<proxyFrom>127.0.0.2</proxyFrom><xclientFrom>127.0.0.2</xclientFrom>");
    try (SmtpDialog proxy = from("127.0.0.2")) {
      proxy.send("PROXY TCP4 203.0.113.9 127.0.0.1 4711 25\r\n").expect("220");
      assertThat(proxy.ask("EHLO client.test", "250")).doesNotContain("XCLIENT");
      proxy.ask("XCLIENT ADDR=127.0.0.1", "550");
    }
  }

  @Test
  void aConnectionOfTheProxysOwnShouldBeItsOwn() throws Exception {
    harness = SmtpHarness.openWith(home, "<proxyFrom>127.0.0.2</proxyFrom>");
    try (SmtpDialog proxy = from("127.0.0.2")) {
      proxy.send("PROXY UNKNOWN\r\n").expect("220");
      assertThat(send(proxy).getRemoteAddr()).isEqualTo("127.0.0.2");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "EHLO client.test\r\n",
        "PROXY TCP4 127.9.8.7\r\n",
        "PROXY TCP4 300.1.1.1 127.0.0.1 1 2\r\n",
        "PROXY TCP4 127.9.8.7 127.0.0.1 99999 25\r\n"
      })
  void aProxyWithoutAGoodHeaderShouldBeHungUpOn(String header) throws Exception {
    harness = SmtpHarness.openWith(home, "<proxyFrom>127.0.0.2</proxyFrom>");
    ListAppender<ILoggingEvent> log = attach();
    try (SmtpDialog proxy = from("127.0.0.2")) {
      proxy.send(header);
      assertThat(proxy.readToEnd()).isEmpty();
      Awaitility.await().until(() -> !log.list.isEmpty());
    } finally {
      detach(log);
    }
    assertThat(log.list.stream().map(ILoggingEvent::getFormattedMessage))
        .singleElement()
        .asString()
        .matches(
            "refused id=[0-9a-f]{8} client=127[.]0[.]0[.]2 login=- from=- to=- reply=-"
                + " reason=protocol error=\"[^\"]+\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PROXY TCP4 127.9.8.7 127.0.0.1 4711 25\r\n",
        "PROXY UNKNOWN\r\n",
        "\r\n\r\n\0\r\nQUIT\n!\u0011\0\f\u007f\u0001\u0002\u0003\u007f\0\0\u0001\u00124\0\u0019"
      })
  void aHeaderFromAnybodyElseShouldEndTheConnection(String header) throws Exception {
    harness = SmtpHarness.openWith(home, "<proxyFrom>127.0.0.2</proxyFrom>");
    ListAppender<ILoggingEvent> log = attach();
    try (SmtpDialog other = from("127.0.0.3")) {
      other.expect("220");
      other.send(header + "EHLO x\r\n").expect("554 5.5.1 No PROXY header is taken");
      assertThat(other.readToEnd()).isEmpty();
    } finally {
      detach(log);
    }
    assertThat(log.list.stream().map(ILoggingEvent::getFormattedMessage))
        .singleElement()
        .asString()
        .contains("client=127.0.0.3", "proxyFrom of this door does not list the address")
        .contains(" reply=\"554 5.5.1 ", " reason=protocol ");
  }

  @Test
  void aHeaderThatDoesNotComeFirstShouldBeAWrongCommand() throws Exception {
    harness = SmtpHarness.openWith(home, "<proxyFrom>127.0.0.2</proxyFrom>");
    try (SmtpDialog other = from("127.0.0.3")) {
      other.expect("220");
      other.ask("NOOP", "250");
      other.ask("PROXY TCP4 127.9.8.7 127.0.0.1 4711 25", "500 5.5.1");
      assertThat(send(other).getRemoteAddr()).isEqualTo("127.0.0.3");
    }
  }

  /** The filter's own address may relay; that of a client it does not know may not. */
  @Test
  void aClientOfUnknownAddressShouldHaveNoRight() throws Exception {
    harness = SmtpHarness.openWith(home, "<xclientFrom>127.0.0.2</xclientFrom>");
    try (SmtpDialog filter = from("127.0.0.2")) {
      filter.expect("220");
      filter.ask("EHLO filter.test", "250");
      filter.ask("XCLIENT ADDR=[UNAVAILABLE] NAME=[UNAVAILABLE]", "220");
      filter.ask("EHLO client.test", "250");
      filter.ask("MAIL FROM:<a@x.test>", "250");
      filter.ask("RCPT TO:<b@y.test>", "530 5.7.0"); // as anybody who has not logged in
    }
  }

  @Test
  void xclientShouldBeginTheSessionAsAnotherClients() throws Exception {
    harness = SmtpHarness.openWith(home, "<xclientFrom>127.0.0.2</xclientFrom>");
    try (SmtpDialog filter = from("127.0.0.2")) {
      filter.expect("220");
      assertThat(filter.ask("EHLO filter.test", "250")).contains("XCLIENT NAME ADDR");
      filter.ask("XCLIENT ADDR=2001:db8::7 NAME=[UNAVAILABLE]", "220");
      filter.ask("MAIL FROM:<a@x.test>", "503 5.5.1"); // it has to greet again
      filter.ask("EHLO client.test", "250");
      filter.ask("MAIL FROM:<a@x.test>", "250");
      filter.ask("RCPT TO:<b@y.test>", "5");
      filter.ask("XCLIENT ADDR=127.9.8.7", "503 5.5.1");
      filter.ask("RSET", "250");
      filter.ask("XCLIENT ADDR=IPV6:2001:db8::8 PROTO=ESMTP HELO=other.test LOGIN=a@x.test", "220");
      Mail mail = send(filter);
      assertThat(mail.getRemoteAddr()).isEqualTo("2001:db8:0:0:0:0:0:8");
      assertThat(mail.getAttribute(Mail.SMTP_AUTH_USER).orElseThrow().getValue().value())
          .isEqualTo("a@x.test");
      filter.ask("XCLIENT ADDR=127.9.8.7", "220");
      assertThat(send(filter).getAttribute(Mail.SMTP_AUTH_USER)).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "XCLIENT",
        "XCLIENT ADDR",
        "XCLIENT ADDR=nowhere",
        "XCLIENT COLOUR=red",
        "XCLIENT PORT=70000",
        "XCLIENT PROTO=foo",
        "XCLIENT NAME=a+0D+0Ab",
        "XCLIENT DESTADDR=nowhere",
        "XCLIENT DESTPORT=70000",
        "XCLIENT ADDR=127.9.8.7 addr=127.9.8.8",
        "XCLIENT ADDR=127.0.0.1+0D+0AEHLO",
        "XCLIENT LOGIN=a+40b+40c",
        "XCLIENT HELO=a+20b",
        "XCLIENT ADDR=127.9.8.7 LOGIN=a+40b+40c",
        "XCLIENT ADDR=127.9.8.7 HELO=a+20b"
      })
  void aMalformedXclientShouldChangeNothing(String command) throws Exception {
    harness = SmtpHarness.openWith(home, "<xclientFrom>127.0.0.2</xclientFrom>");
    try (SmtpDialog filter = from("127.0.0.2")) {
      filter.expect("220");
      filter.ask("EHLO filter.test", "250");
      filter.ask(command, "501 5.5.4");
      Mail mail = send(filter);
      assertThat(mail.getRemoteAddr()).isEqualTo("127.0.0.2");
      assertThat(mail.getAttribute(Mail.SMTP_AUTH_USER)).isEmpty();
    }
  }

  @Test
  void xclientShouldBeRefusedToAnybodyElse() throws Exception {
    harness = SmtpHarness.openWith(home, "<xclientFrom>127.0.0.2</xclientFrom>");
    try (SmtpDialog other = from("127.0.0.3")) {
      other.expect("220");
      assertThat(other.ask("EHLO other.test", "250")).doesNotContain("XCLIENT");
      other.ask("XCLIENT ADDR=127.0.0.2 LOGIN=alice", "550 5.7.0");
      assertThat(send(other).getRemoteAddr()).isEqualTo("127.0.0.3");
    }
  }
}
