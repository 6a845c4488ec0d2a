/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.posthouse.acceptance.SmtpDialog;
import org.posthouse.james.queue.QueueFullException;
import org.slf4j.LoggerFactory;

/** Each refusal has one line in the mail log, and nothing secret stands in it. */
class RefusalsTest {
  private static final String CLIENT = "refused id=[0-9a-f]{8} client=127\\.0\\.0\\.1 ";

  @TempDir Path home;
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Logger mailLog = (Logger) LoggerFactory.getLogger("org.posthouse.mail");
  private SmtpHarness harness;

  @BeforeEach
  void open() throws Exception {
    log.start();
    mailLog.addAppender(log);
    mailLog.setLevel(Level.INFO);
    harness = SmtpHarness.open(home);
  }

  @AfterEach
  void close() throws Exception {
    harness.close();
    mailLog.detachAppender(log);
    mailLog.setLevel(null);
  }

  private List<String> lines() {
    return List.copyOf(log.list).stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  private void assertRefused(String pattern) {
    assertThat(lines()).hasSize(1);
    assertThat(lines().get(0)).matches(CLIENT + pattern);
  }

  @Test
  void aRefusedRecipientShouldBeNamedWithItsSender() throws Exception {
    try (SmtpDialog client = harness.client()) {
      client.ask("MAIL FROM:<> BODY=8BITMIME", "250");
      client.ask("RCPT TO:<good@next.test>", "250");
      String reply = client.ask("RCPT TO:<no address> NOTIFY=NEVER", "5");
      assertRefused("login=- from=<> to=<no\\?address> reply=\"" + reply + "\" reason=address");
    }
  }

  @Test
  void aRefusedSenderShouldBeNamed() throws Exception {
    try (SmtpDialog client = harness.client()) {
      client.ask("MAIL FROM:<two@@signs>", "5");
      assertRefused("login=- from=<two@@signs> to=- reply=\"5.*\" reason=address");
    }
  }

  /** A bracket in quotes ends no path, and no word of the line. */
  @Test
  void aQuotedPathShouldBeNamedAsItWasSent() throws Exception {
    try (SmtpDialog client = harness.client()) {
      client.ask("MAIL FROM:<\"a> from=<b\"@@x.test> BODY=8BITMIME", "5");
      client.ask("MAIL FROM:<a@x.test>", "250");
      client.ask("RCPT TO:<\"x> reply=\\\"250\"@@y.test>", "5");
      client.ask("RCPT TO:<\"x> reply=250 NOTIFY=NEVER", "5");
    }
    assertThat(lines()).hasSize(3);
    assertThat(lines().get(0)).contains(" from=<\"a??from=?b\"@@x.test> to=- reply=\"501 ");
    assertThat(lines().get(1)).contains(" to=<?x??reply=??250?@@y.test> reply=\"553 ");
    assertThat(lines().get(2)).contains(" to=<?x??reply=250?NOTIFY=NEVER> reply=\"553 ");
  }

  @Test
  void whatFollowsStartTlsShouldBeLogged() throws Exception {
    try (SmtpDialog client = harness.client()) {
      client.send("STARTTLS\r\nNOOP\r\n").expect("503 5.5.1");
      assertThat(client.isClosedByServer()).isTrue();
    }
    Awaitility.await().until(() -> !lines().isEmpty());
    assertRefused(
        "login=- from=- to=- reply=\"503 5.5.1 Nothing may follow STARTTLS before its reply\""
            + " reason=protocol");
  }

  @Test
  void whatIsNoHandshakeShouldBeLoggedWithoutWhatItSays() throws Exception {
    try (SmtpDialog client = harness.client()) {
      client.ask("STARTTLS", "220");
      client.send("AUTH PLAIN " + base64("\0a\0hunter2") + "\r\nNOOP\r\n").readToEnd();
    }
    Awaitility.await().until(() -> !lines().isEmpty());
    assertRefused(
        "login=- from=- to=- reply=- reason=protocol error=\"what the client sends is no TLS\"");
  }

  @Test
  void commandsOutOfOrderShouldBeLoggedToo() throws Exception {
    try (SmtpDialog client = harness.client()) {
      client.ask("RCPT TO:<bob@next.test>", "503");
      client.ask("DATA", "503");
      client.ask("NONSENSE", "500");
      assertThat(lines()).hasSize(2);
      assertThat(lines().get(0)).matches(CLIENT + "login=- from=- to=<bob@next.test> .*");
      assertThat(lines().get(1)).matches(CLIENT + "login=- from=- to=- reply=\"503 .*");
    }
  }

  @Test
  void aRefusedMessageShouldBeNamedByItsEnvelope() throws Exception {
    harness.queues().refuse(new QueueFullException("no space"));
    try (SmtpDialog client = harness.clientInData()) {
      client.send("Subject: x\r\n\r\nRCPT TO:<secret@body.test>\r\nAUTH PLAIN\r\n.\r\n");
      client.expect("452 4.3.1");
      assertRefused(
          "login=- from=<alice@relay.test> to=<bob@next.test> reply=\"452 4.3.1 .*\" reason=mail-system");
    }
  }

  @Test
  void ofManyRecipientsOfARefusedMessageTheFirstShouldBeNamed() throws Exception {
    harness.queues().refuse(new QueueFullException("no space"));
    try (SmtpDialog client = harness.client()) {
      client.ask("MAIL FROM:<alice@relay.test>", "250");
      for (int i = 0; i < 25; i++) {
        client.ask("RCPT TO:<r" + i + "@next.test>", "250");
      }
      client.ask("DATA", "354");
      client.send("Subject: x\r\n\r\nbody\r\n.\r\n").expect("452");
      assertThat(lines().get(0)).contains("<r19@next.test>,+5 ").doesNotContain("r20@");
    }
  }

  @Test
  void aMessageWithBareLineFeedsShouldBeLoggedOnce() throws Exception {
    try (SmtpDialog client = harness.clientInData()) {
      client.send("Subject: x\r\n\r\nbare\nline\r\n").expect("500 5.5.2");
      assertRefused(
          "login=- from=<alice@relay.test> to=<bob@next.test> reply=\"500 5.5.2 .*\" reason=protocol");
    }
  }

  @Test
  void aWrongPasswordShouldBeLoggedWithTheNameOnly() throws Exception {
    try (SmtpDialog client = harness.client()) {
      client.startTls().ask("EHLO client.test", "250");
      client.ask("AUTH PLAIN " + base64("\0" + SmtpHarness.USER + "\0hunter2"), "535");
      assertRefused("login=alice@relay.test from=- to=- reply=\"535 5.7.8 .*\" reason=login");

      client.ask("AUTH LOGIN", "334");
      client.ask(base64(SmtpHarness.USER), "334");
      client.ask(base64("hunter2"), "535");
      client.ask("AUTH PLAIN", "334");
      client.ask("MAIL FROM:<hunter2>", "501");
      client.ask("AUTH UNKNOWN", "504");
      assertThat(lines()).hasSize(4);
      assertThat(lines().get(2)).contains(" login=- from=- to=- reply=\"501 ");
      assertThat(lines())
          .noneMatch(line -> line.contains("hunter2") || line.contains(base64("hunter2")));
    }
  }

  @Test
  void authInClearShouldBeLogged() throws Exception {
    try (SmtpDialog client = harness.client()) {
      client.ask("AUTH PLAIN " + base64("\0a\0secret"), "538");
      assertRefused("login=- from=- to=- reply=\"538 5.7.11 .*\" reason=policy");
    }
  }

  @Test
  void aLoginShouldBeNamedInLaterRefusals() throws Exception {
    try (SmtpDialog client = harness.client()) {
      client.startTls().ask("EHLO client.test", "250");
      client.ask(
          "AUTH PLAIN " + base64("\0" + SmtpHarness.USER + "\0" + SmtpHarness.PASSWORD), "235");
      client.ask("DATA", "503");
      assertRefused("login=alice@relay.test from=- to=- reply=\"503 .*\" reason=protocol");
    }
  }

  @Test
  void whatAClientSendsShouldBeBoundedAndOnOneLine() throws Exception {
    try (SmtpDialog client = harness.client()) {
      client.ask("MAIL FROM:<\u0007\u001b[2J" + "x".repeat(3_000), "5");
      assertThat(lines()).hasSize(1);
      assertThat(lines().get(0)).hasSizeLessThan(1_300).doesNotMatch("(?s).*\\p{Cntrl}.*");
    }
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }
}
