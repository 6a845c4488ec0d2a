/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.chrono.ChronoZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.james.queue.api.ManageableMailQueue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.posthouse.queue.Recipient;
import org.posthouse.spool.Spool;
import org.posthouse.spool.SpoolException;
import org.posthouse.trial.Reaction;
import org.posthouse.trial.SmtpScript;

/** Stops, restarts, and a store that is away for a moment. */
@Timeout(60)
class DeliveryStopTest {
  @TempDir Path directory;
  private RelayToOneHost relay;

  @BeforeEach
  void open() throws Exception {
    relay = new RelayToOneHost(directory);
  }

  @AfterEach
  void close() throws Exception {
    relay.close();
  }

  @Test
  void stopShouldWaitForAHostThatIsAboutToAccept() throws Exception {
    relay
        .nextHost()
        .follow(
            SmtpScript.accepting().on(".", Reaction.reply("250 ok").after(Duration.ofSeconds(1))));
    relay.deliver(Map.of());
    relay.enqueue("a@example.org", "good@example.net");
    Awaitility.await()
        .until(() -> relay.commands().anyMatch(command -> command.startsWith("C: DATA")));
    relay.stop();
    assertThat(relay.lines()).anyMatch(line -> line.startsWith("delivered"));
    assertThat(relay.queue("outgoing").getSize()).isZero();
  }

  @Test
  void thatAHostMayHaveAMailShouldBeKnownAfterAStop() throws Exception {
    relay
        .nextHost()
        .follow(
            SmtpScript.accepting().on(".", Reaction.reply("250 ok").after(Duration.ofSeconds(20))));
    relay.deliver(Map.of());
    relay.enqueue("a@example.org", "good@example.net");
    Awaitility.await()
        .until(() -> relay.commands().anyMatch(command -> command.startsWith("C: DATA")));
    relay.stop();
    assertThat(relay.lines())
        .anyMatch(line -> line.startsWith("deferred") && line.contains("may have taken the mail"));
    assertThat(relay.entry().recipients())
        .extracting(Recipient::state, Recipient::attempts)
        .containsExactly(tuple(Recipient.State.QUEUED, 1));
  }

  @Test
  void mailThatOnlyWaitedForAThreadShouldBeDueAfterAStop() throws Exception {
    relay
        .nextHost()
        .follow(
            SmtpScript.accepting().on(".", Reaction.reply("250 ok").after(Duration.ofSeconds(1))));
    relay.deliver(Map.of());
    for (int i = 0; i < 60; i++) {
      relay.enqueue("a@example.org", "good@example.net");
    }
    Awaitility.await().until(() -> !relay.nextHost().mails().isEmpty());
    relay.stop();
    Instant now = Instant.now();
    assertThat(relay.queue("outgoing").getSize()).isPositive();
    ManageableMailQueue.MailQueueIterator items = relay.queue("outgoing").browse();
    items.forEachRemaining(
        item ->
            assertThat(item.getNextDelivery().map(ChronoZonedDateTime::toInstant))
                .hasValueSatisfying(due -> assertThat(due).isBeforeOrEqualTo(now)));
    items.close();
  }

  @Test
  void attemptThatAStopBreaksOffShouldBeNone() throws Exception {
    relay.rig().zone.ignore("silent.test.");
    relay.deliver(Map.of("gateway", "", "bounceProcessor", "bounces", "maxDnsProblemRetries", "0"));
    ManageableMailQueue bounces = relay.queue("spool");
    relay.enqueue("a@example.org", "good@silent.test");
    Awaitility.await().until(() -> !relay.rig().zone.questions().isEmpty());
    relay.stop();
    assertThat(relay.lines().filter(line -> line.matches("(bounced|delivered|deferred) .*")))
        .isEmpty();
    assertThat(bounces.getSize()).isZero();
    assertThat(relay.entry().recipients())
        .extracting(Recipient::state, Recipient::attempts)
        .containsExactly(tuple(Recipient.State.QUEUED, 0));
  }

  @Test
  void countOfAttemptsShouldSurviveARestart() throws Exception {
    relay.deliver(Map.of("maxRetries", "1", "delayTime", "1 hour"));
    relay.enqueue("a@example.org", "later@example.net");
    Awaitility.await().until(() -> relay.lines().anyMatch(line -> line.startsWith("deferred")));
    Awaitility.await().until(() -> relay.entry().recipients().get(0).attempts() == 1);
    relay.restart();
    relay.deliver(Map.of("maxRetries", "1", "delayTime", "1 hour"));
    relay.queue("outgoing").flush();
    Awaitility.await().until(() -> relay.lines().anyMatch(line -> line.startsWith("bounced")));
  }

  /** A store that does not read while {@code closed}, as when it is opened anew after a failure. */
  private static Spool closedWhile(AtomicBoolean closed, Spool spool) {
    return (Spool)
        Proxy.newProxyInstance(
            Spool.class.getClassLoader(),
            new Class<?>[] {Spool.class},
            (self, method, arguments) -> {
              boolean reads = List.of("get", "scan", "open").contains(method.getName());
              if (closed.get() && reads) {
                throw new SpoolException("the store is not open at the moment");
              }
              return method.invoke(spool, arguments);
            });
  }

  @Test
  void attemptShouldEndInOutcomesAlsoWhileTheStoreIsOpenedAnew() throws Exception {
    AtomicBoolean closed = new AtomicBoolean();
    relay.restart(spool -> closedWhile(closed, spool));
    relay.enqueue("a@example.org", "good@example.net", "later@example.net", "never@example.net");
    relay
        .nextHost()
        .follow(
            RelayToOneHost.MIXED.on(
                ".", Reaction.reply("250 2.0.0 Taken").after(Duration.ofSeconds(1))));
    ManageableMailQueue bounces = relay.queue("spool");
    relay.deliver(Map.of("bounceProcessor", "bounces"));
    Awaitility.await().until(() -> !relay.nextHost().mails().isEmpty());
    closed.set(true);
    Awaitility.await()
        .during(Duration.ofSeconds(1))
        .until(() -> relay.lines().noneMatch(line -> line.startsWith("delivered")));
    closed.set(false);
    Awaitility.await().until(() -> bounces.getSize() == 1);
    bounces.clear();
    assertThat(relay.entry().recipients())
        .extracting(Recipient::address, Recipient::state)
        .containsExactly(
            tuple("good@example.net", Recipient.State.DELIVERED),
            tuple("later@example.net", Recipient.State.QUEUED),
            tuple("never@example.net", Recipient.State.BOUNCED));
  }
}
