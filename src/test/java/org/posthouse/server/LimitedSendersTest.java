/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.james.queue.api.MailQueue;
import org.apache.mailet.AttributeName;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.posthouse.acceptance.SmtpDialog;
import org.posthouse.james.overload.Overload;
import org.posthouse.james.overload.Shortages;

/** limits.xml and an overload, as clients see them. */
class LimitedSendersTest {
  private static final String FROM = "MAIL FROM:<alice@relay.test>";

  @TempDir Path home;
  private SmtpHarness harness;

  @AfterEach
  void close() {
    harness.close();
  }

  private void open(String limits) throws Exception {
    harness = SmtpHarness.openLimited(home, "<limits>" + limits + "</limits>", Overload.none());
  }

  private static void data(SmtpDialog client, String reply) throws IOException {
    client.ask("DATA", "354");
    client.send("Subject: a\r\n\r\nb\r\n.\r\n").expect(reply);
  }

  @Test
  void messagesShouldBeCountedWhenTheyAreAccepted() throws Exception {
    open("<limit name='net' per='network'><messages>2 / 1 d</messages></limit>");
    try (SmtpDialog client = harness.client()) {
      client.ask(FROM, "250");
      client.ask("RSET", "250");
      client.ask(FROM, "250");
      client.ask("RCPT TO:<bob@next.test>", "250");
      harness.queues().refuse(new MailQueue.MailQueueException("broken"));
      data(client, "451 4.3.0");
      harness.queues().refuse(null);
      for (int i = 0; i < 2; i++) {
        client.ask(FROM, "250");
        client.ask("RCPT TO:<bob@next.test>", "250");
        data(client, "250");
      }
      client.ask(FROM, "451 4.7.28 Limit net of 2 messages in 1d is reached; try again in 12h");
      client.ask("RCPT TO:<bob@next.test>", "503");
    }
    assertThat(harness.queues().accepted()).hasSize(2);
  }

  @Test
  void recipientsBeyondTheRateShouldBeLeftOut() throws Exception {
    open("<limit name='net' per='network'><recipients>1 / 1 d</recipients></limit>");
    try (SmtpDialog client = harness.client()) {
      client.ask(FROM, "250");
      client.ask("RCPT TO:<bob@next.test>", "250");
      client.ask("RCPT TO:<carol@next.test>", "452 4.7.28 Limit net of 1 recipients in 1d");
      data(client, "250");
    }
    assertThat(harness.queues().mails().get(0).getRecipients())
        .extracting(Object::toString)
        .containsExactly("bob@next.test");
  }

  @Test
  void bytesShouldBeTakenWhenTheMessageIsWhole() throws Exception {
    open(
        "<limit name='b' per='all'><bytes>1 kB / 1 d</bytes><size>900 B</size>"
            + "<when>refuse</when></limit>");
    try (SmtpDialog client = harness.client()) {
      client.ask(FROM + " SIZE=901", "552 5.3.4");
      for (String reply : new String[] {"250", "550 5.7.28 Limit b of 1000 bytes in 1d"}) {
        client.ask(FROM, "250");
        client.ask("RCPT TO:<bob@next.test>", "250");
        client.ask("DATA", "354");
        client.send("Subject: " + "a".repeat(600) + "\r\n\r\nb\r\n.\r\n").expect(reply);
      }
    }
  }

  @Test
  void mailToBeHeldShouldWaitInTheQueue() throws Exception {
    open(
        "<limit name='h' per='recipient-domain'><messages>1 / 1 h</messages><when>hold</when>"
            + "</limit>");
    try (SmtpDialog client = harness.client()) {
      for (int i = 0; i < 2; i++) {
        client.ask(FROM, "250");
        client.ask("RCPT TO:<bob@next.test>", "250");
        data(client, "250");
      }
    }
    assertThat(harness.queues().delays()).hasSize(1);
    assertThat(harness.queues().delays().get(0))
        .isBetween(Duration.ofMinutes(58), Duration.ofHours(1));
    try (SmtpDialog client = harness.client()) {
      client.ask(FROM + " HOLDFOR=3600", "250");
      client.ask("RCPT TO:<bob@next.test>", "250");
      data(client, "250");
    }
    assertThat(harness.queues().delays().get(1))
        .as("what waits on its own is counted after that")
        .isEqualTo(Duration.ofHours(1));
    assertThat(
            harness.queues().mails().get(2).getAttribute(AttributeName.of("org.posthouse.booked")))
        .isPresent();
  }

  @Test
  void mailToBeReturnedShouldBeHeldNoLongerThanUntilThen() throws Exception {
    open(
        "<limit name='h' per='recipient-domain'><messages>1 / 1 h</messages><when>hold</when>"
            + "</limit>");
    try (SmtpDialog client = harness.client()) {
      for (String by : List.of("N", "R", "N")) {
        client.ask(FROM + " BY=600;" + by, "250");
        client.ask("RCPT TO:<bob@next.test>", "250");
        data(client, "250");
      }
    }
    assertThat(harness.queues().delays()).hasSize(2);
    assertThat(harness.queues().delays().get(0))
        .isBetween(Duration.ofMinutes(9), Duration.ofMinutes(10));
    assertThat(harness.queues().delays().get(1)).isGreaterThan(Duration.ofMinutes(58));
  }

  @Test
  void sessionsShouldCountUntilTheyEnd() throws Exception {
    open("<limit name='s' per='network'><sessions>1</sessions></limit>");
    try (SmtpDialog other = harness.client()) {
      try (SmtpDialog one = harness.client()) {
        one.ask(FROM, "250");
        other.ask(FROM, "451 4.7.28 Limit s of 1 sessions at a time is reached");
      }
      Awaitility.await().untilAsserted(() -> other.ask(FROM, "250"));
    }
  }

  @Test
  void connectionThatBreaksShouldGiveBack() throws Exception {
    open("<limit name='net' per='network'><messages>1 / 1 d</messages></limit>");
    try (SmtpDialog other = harness.client()) {
      try (SmtpDialog one = harness.client()) {
        one.ask(FROM, "250");
        other.ask(FROM, "451 4.7.28");
      }
      Awaitility.await().untilAsserted(() -> other.ask(FROM, "250"));
    }
  }

  @Test
  void overloadShouldTurnNewMailAwayUntilItEnds() throws Exception {
    AtomicLong free = new AtomicLong(500);
    harness = SmtpHarness.openLimited(home, "<limits/>", Shortages.ofSpace(free));
    try (SmtpDialog client = harness.client()) {
      client.ask(FROM, "452 4.3.1");
      free.set(2_000);
      client.ask(FROM, "250");
    }
  }
}
