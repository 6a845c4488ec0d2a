/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.james.core.MailAddress;
import org.apache.james.queue.api.MailQueue.MailQueueItem;
import org.apache.james.queue.api.ManageableMailQueue;
import org.apache.james.server.core.MailImpl;
import org.apache.james.transport.mailets.remote.delivery.Bouncer;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.DsnParameters;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.posthouse.queue.Recipient;
import org.posthouse.spool.OpenStores;
import org.posthouse.spool.Table;
import org.posthouse.trial.Reaction;
import org.posthouse.trial.SmtpScript;
import reactor.core.publisher.Flux;

/** What becomes of each recipient, in the store and in the log. */
@Timeout(60)
class DeliveryOutcomesTest {
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
  void outcomesOfSeveralRecipientsShouldCommitAtOnceAndEachHaveItsLine() throws Exception {
    relay.deliver(Map.of());
    relay.queue("spool");
    long before = relay.commits();
    relay.enqueue("a@example.org", "good@example.net", "later@example.net", "never@example.net");
    Awaitility.await().until(() -> relay.queue("spool").getSize() == 1);
    assertThat(relay.commits() - before).isEqualTo(2);
    assertThat(relay.queue("outgoing").getSize()).isEqualTo(1);
    assertThat(OpenStores.count(relay.rig().spool, Table.BODY)).isEqualTo(2);
    relay.awaitOutcomes(3);
    assertThat(relay.lines().filter(RelayToOneHost::isOutcome))
        .hasSize(3)
        .anyMatch(
            line ->
                line.matches("bounced .*to=<never@example.net>.* error=\"550 5.1.1 Nobody here\""))
        .anyMatch(
            line ->
                line.matches(
                    "deferred .*to=<later@example.net>.* next=1h error=\"450 4.2.1 Not now\""))
        .anyMatch(line -> line.matches("delivered .*to=<good@example.net>.*"))
        .allMatch(line -> line.contains(" host=127.0.0.1[127.0.0.1]:" + relay.nextHost().port()));
  }

  @Test
  void recipientsThatWereNotSentBecauseOfAnotherShouldSaySo() throws Exception {
    relay.deliver(Map.of("sendpartial", "false"));
    relay.enqueue("a@example.org", "good@example.net", "later@example.net");
    Awaitility.await()
        .until(() -> relay.lines().filter(line -> line.startsWith("def")).count() == 2);
    assertThat(relay.lines())
        .anyMatch(line -> line.matches("deferred .*<later@example.net>.*error=\"450 4.2.1 .*\""))
        .anyMatch(line -> line.matches("deferred .*<good@example.net>.*another recipient\""));
  }

  @Test
  void aHostThatIsNotThereShouldBeTold() throws Exception {
    relay.nextHost().close();
    relay.deliver(Map.of());
    relay.enqueue("a@example.org", "good@example.net");
    Awaitility.await().until(() -> relay.lines().anyMatch(line -> line.startsWith("deferred")));
    relay.awaitLine("deferred .* host=127.0.0.1\\[127.0.0.1]:\\d+ next=1h error=\".*refused.*\"");
  }

  @Test
  void aDomainWithoutHostsShouldBeToldWithoutAHost() throws Exception {
    relay.deliver(Map.of("gateway", "", "bounceProcessor", "bounces"));
    relay.enqueue("a@example.org", "good@nowhere.test");
    Awaitility.await().until(() -> relay.lines().anyMatch(line -> line.startsWith("bounced")));
    relay.awaitLine("bounced \\S+ to=<\\S+> name=m error=\"there is no nowhere.test in the DNS\"");
  }

  @Test
  void mailThatNoHostWasAskedForShouldBeLoggedUnderItsId() throws Exception {
    relay.deliver(Map.of("gateway", "", "bounceProcessor", "bounces"));
    MailImpl mail = NewMails.from("a@example.org", "m", "body", "good@nowhere.test");
    QueueId.set(mail, "KNOWN1");
    relay.queue("outgoing").enQueue(mail);
    mail.dispose();
    relay.awaitLine("bounced id=KNOWN1 .*");
  }

  @Test
  void theLastReasonShouldStandInTheBounceOfMailThatIsGivenUp() throws Exception {
    relay.deliver(Map.of("bounceProcessor", "bounces", "delayTime", "1 * 1 ms", "maxRetries", "1"));
    relay.enqueue("a@example.org", "later@example.net");
    MailQueueItem bounce = Flux.from(relay.queue("spool").deQueue()).blockFirst();
    String reason = "given up after 2 attempts: 450 4.2.1 Not now";
    Awaitility.await().until(() -> relay.lines().anyMatch(line -> line.startsWith("bounced")));
    assertThat(bounce.getMail().getAttribute(Bouncer.DELIVERY_ERROR).orElseThrow().getValue())
        .isEqualTo(AttributeValue.of(reason));
    assertThat(relay.lines())
        .anyMatch(line -> line.matches("deferred .*next=1ms error=\"450 4.2.1 Not now\""))
        .anyMatch(line -> line.matches("bounced .*error=\"" + reason + "\""));
  }

  @Test
  void outcomesShouldRewriteTheRecordsOfRecipientsAndNothingElseOfTheEntry() throws Exception {
    ManageableMailQueue outgoing = relay.queue("outgoing");
    relay.enqueue("a@example.org", "good@example.net", "later@example.net", "never@example.net");
    byte[] envelope = relay.only(Table.ENVELOPE);
    byte[] content = relay.only(Table.CONTENT);
    byte[] reference = relay.only(Table.REFERENCE);
    relay.deliver(Map.of("bounceProcessor", "bounces"));
    ManageableMailQueue bounces = relay.queue("spool");
    Awaitility.await().until(() -> bounces.getSize() == 1);
    bounces.clear();
    assertThat(relay.only(Table.ENVELOPE)).isEqualTo(envelope);
    assertThat(relay.only(Table.CONTENT)).isEqualTo(content);
    assertThat(relay.only(Table.REFERENCE)).isEqualTo(reference);
    assertThat(relay.entry().recipients())
        .extracting(Recipient::address, Recipient::state, Recipient::attempts, Recipient::error)
        .containsExactly(
            tuple("good@example.net", Recipient.State.DELIVERED, 1, null),
            tuple("later@example.net", Recipient.State.QUEUED, 1, "450 4.2.1 Not now"),
            tuple("never@example.net", Recipient.State.BOUNCED, 1, "550 5.1.1 Nobody here"));
    assertThat(outgoing.getSize()).isEqualTo(1);
    assertThat(outgoing.remove(ManageableMailQueue.Type.Recipient, "good@example.net")).isZero();
  }

  @Test
  void deferredMailShouldBeTriedAgainForWhoIsLeftAndCountItsAttempts() throws Exception {
    relay.deliver(Map.of("maxRetries", "2", "delayTime", "0"));
    relay.enqueue("a@example.org", "good@example.net", "later@example.net");
    Awaitility.await().until(() -> relay.lines().anyMatch(line -> line.startsWith("bounced")));
    assertThat(relay.lines().filter(line -> line.matches("(bounced|delivered|deferred) .*")))
        .extracting(line -> line.substring(0, line.indexOf(' ')))
        .containsExactlyInAnyOrder("delivered", "deferred", "deferred", "bounced");
    Awaitility.await().until(() -> relay.queue("outgoing").getSize() == 0);
    assertThat(relay.taken()).hasSize(1);
  }

  @Test
  void quotedLocalPartsShouldHaveTheirOutcomesToo() throws Exception {
    relay.deliver(Map.of("bounceProcessor", "bounces"));
    ManageableMailQueue bounces = relay.queue("spool");
    relay.enqueue(
        "a@example.org",
        "\"good q\"@example.net",
        "\"later q\"@example.net",
        "later@example.net",
        "\"never q\"@example.net");
    Awaitility.await().until(() -> bounces.getSize() == 1);
    MailQueueItem bounce = Flux.from(bounces.deQueue()).blockFirst();
    assertThat(bounce.getMail().getRecipients())
        .containsExactly(new MailAddress("\"never q\"@example.net"));
    bounce.done(MailQueueItem.CompletionStatus.SUCCESS);
    Awaitility.await().until(() -> bounces.getSize() == 0);
    assertThat(relay.entry().recipients())
        .extracting(Recipient::address, Recipient::state)
        .containsExactly(
            tuple("\"good q\"@example.net", Recipient.State.DELIVERED),
            tuple("\"later q\"@example.net", Recipient.State.QUEUED),
            tuple("later@example.net", Recipient.State.QUEUED),
            tuple("\"never q\"@example.net", Recipient.State.BOUNCED));
  }

  @Test
  void eachRecipientShouldBeToldWhatWasSaidToHimAndNotToAnother() throws Exception {
    relay
        .nextHost()
        .follow(
            SmtpScript.accepting()
                .on("RCPT TO:<never@", Reaction.reply("550 5.1.1 Nobody here"))
                .on("RCPT TO:<gone@", Reaction.reply("551 5.1.6 Moved away"))
                .on("RCPT TO:<later@", Reaction.reply("450 4.2.1 Not now"))
                .on("RCPT TO:<full@", Reaction.reply("452 4.2.2 Full")));
    relay.deliver(Map.of("bounceProcessor", "bounces", "delayTime", "1 * 1 ms", "maxRetries", "1"));
    relay.enqueue(
        "a@example.org",
        "never@example.net",
        "gone@example.net",
        "later@example.net",
        "full@example.net");
    List<MailQueueItem> bounces =
        Flux.from(relay.queue("spool").deQueue()).take(4).collectList().block();
    assertThat(bounces)
        .extracting(
            item -> item.getMail().getRecipients().iterator().next().getLocalPart(),
            item -> item.getMail().getRecipients().size(),
            item ->
                item.getMail()
                    .getAttribute(Bouncer.DELIVERY_ERROR)
                    .map(error -> error.getValue().value())
                    .orElseThrow())
        .containsExactlyInAnyOrder(
            tuple("never", 1, "550 5.1.1 Nobody here"),
            tuple("gone", 1, "551 5.1.6 Moved away"),
            tuple("later", 1, "given up after 2 attempts: 450 4.2.1 Not now"),
            tuple("full", 1, "given up after 2 attempts: 452 4.2.2 Full"));
    Awaitility.await().until(() -> relay.queue("outgoing").getSize() == 0);
    assertThat(relay.lines().filter(line -> line.startsWith("bounced"))).hasSize(4);
  }

  @Test
  void aConnectionThatEndsShouldDeferWhoWasNotAnsweredAndBeNoRefusalOfAnother() throws Exception {
    relay
        .nextHost()
        .follow(
            SmtpScript.accepting()
                .on("RCPT TO:<never@", Reaction.reply("550 5.1.1 Nobody here"))
                .on("RCPT TO:<drop@", Reaction.close()));
    relay.deliver(Map.of("bounceProcessor", "bounces"));
    relay.enqueue("a@example.org", "good@example.net", "never@example.net", "drop@example.net");
    Awaitility.await().until(() -> relay.lines().anyMatch(line -> line.startsWith("deferred")));
    assertThat(relay.lines())
        .anyMatch(
            line ->
                line.matches(
                    "deferred .*to=<good@example.net>,<drop@example.net> .*"
                        + " error=\"the host closed the connection\""))
        .anyMatch(line -> line.matches("bounced .*to=<never@example.net>.*550 5.1.1.*"));
  }

  @Test
  void silenceShouldNotBeTakenForTheRefusalOfAnotherTransaction() throws Exception {
    relay
        .nextHost()
        .follow(
            SmtpScript.accepting()
                .extensions("DSN")
                .on("RCPT TO:<never@", Reaction.reply("550 5.1.1 Nobody here"))
                .on("RCPT TO:<drop@", Reaction.close()));
    relay.deliver(Map.of("bounceProcessor", "bounces"));
    for (DsnParameters.Notify notify :
        List.of(DsnParameters.Notify.FAILURE, DsnParameters.Notify.DELAY)) {
      MailImpl mail =
          NewMails.from("a@example.org", "m", "body", "never@example.net", "drop@example.net");
      mail.setDsnParameters(
          DsnParameters.builder()
              .addRcptParameter(
                  new MailAddress("drop@example.net"),
                  DsnParameters.RecipientDsnParameters.of(EnumSet.of(notify)))
              .build()
              .orElseThrow());
      relay.queue("outgoing").enQueue(mail);
      mail.dispose();
    }
    Awaitility.await()
        .until(
            () ->
                relay.lines().filter(line -> line.startsWith("deferred")).count()
                        + relay.lines().filter(line -> line.startsWith("bounced")).count()
                    == 4);
    assertThat(relay.lines().filter(line -> line.startsWith("bounced")))
        .hasSize(2)
        .allMatch(line -> line.contains("to=<never@example.net> "));
  }

  @Test
  void retriesShouldComeLastWherePrioritiesAreUsed() throws Exception {
    relay.enqueue("a@example.org", "good@example.net", "later@example.net");
    byte laneBefore = relay.only(Table.DUE)[2];
    relay.deliver(Map.of("usePriority", "true"));
    Awaitility.await().until(() -> relay.lines().anyMatch(line -> line.startsWith("deferred")));
    assertThat(relay.only(Table.DUE)[2]).isGreaterThan(laneBefore);
    assertThat(relay.entry().recipients())
        .extracting(Recipient::address, Recipient::state, Recipient::attempts)
        .containsExactly(
            tuple("good@example.net", Recipient.State.DELIVERED, 1),
            tuple("later@example.net", Recipient.State.QUEUED, 1));
    assertThat(relay.queue("outgoing").getSize()).isEqualTo(1);
  }

  @Test
  void whoWasPutOffShouldNotBeAskedAgainBeforeHisTime() throws Exception {
    relay
        .nextHost()
        .follow(SmtpScript.accepting().on("RCPT TO:<u0", Reaction.reply("450 4.2.1 Not now")));
    String[] recipients =
        IntStream.range(0, 150)
            .mapToObj(
                i -> "u%03d@example.net".replace("%03d", String.valueOf(1000 + i).substring(1)))
            .toArray(String[]::new);
    relay.enqueue("a@example.org", recipients);
    relay.deliver(Map.of("maxRetries", "1"));
    relay.awaitLine("delivered .*<u149@example.net>.*");
    Awaitility.await().during(Duration.ofSeconds(1)).until(() -> relay.lines().count() == 2);
    assertThat(relay.lines()).anyMatch(line -> line.matches("deferred .*<u000@.*<u099@.*"));
    assertThat(relay.commands().filter(line -> line.startsWith("C: MAIL"))).hasSize(2);
  }
}
