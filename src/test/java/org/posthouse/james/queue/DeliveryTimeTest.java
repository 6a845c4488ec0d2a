/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.james.core.MailAddress;
import org.apache.james.server.core.MailImpl;
import org.apache.mailet.DsnParameters;
import org.apache.mailet.DsnParameters.RecipientDsnParameters;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.posthouse.envelope.DeliverBy;
import org.posthouse.james.message.Needs;
import org.posthouse.queue.Recipient;
import org.posthouse.queue.Selection;
import org.posthouse.trial.Reaction;
import org.posthouse.trial.SmtpScript;

/** Mail with a time to be delivered in (RFC 2852), over a real store and a real connection. */
@Timeout(90)
class DeliveryTimeTest {
  private static final SmtpScript LATER =
      SmtpScript.accepting()
          .extensions("PIPELINING", "DSN", "DELIVERBY")
          .on("RCPT TO:", Reaction.reply("450 4.2.1 Not now"));

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

  private void enqueue(String by, @Nullable String notify) throws Exception {
    MailImpl mail = NewMails.from("a@example.org", "m", "body", "b@example.net");
    Needs.add(mail, DeliverBy.parse(by, System.currentTimeMillis()));
    if (notify != null) {
      Optional<RecipientDsnParameters> said =
          RecipientDsnParameters.fromSMTPArgLine(Map.of("NOTIFY", notify));
      DsnParameters.builder()
          .addRcptParameter(new MailAddress("b@example.net"), said.orElseThrow())
          .build()
          .ifPresent(mail::setDsnParameters);
    }
    relay.queue("outgoing").enQueue(mail);
    mail.dispose();
  }

  private void awaitLine(String pattern) {
    Awaitility.await(pattern)
        .atMost(Duration.ofSeconds(30))
        .until(() -> relay.rig().hasLine(pattern));
  }

  @Test
  void nextHostShouldBeToldHowMuchTimeIsLeft() throws Exception {
    relay.nextHost().follow(SmtpScript.accepting().extensions("DELIVERBY 60"));
    relay.deliver(Map.of());
    enqueue("3600;R", null);
    awaitLine("delivered .*");
    assertThat(relay.nextHost().mails().get(0).mailFrom()).matches(".* BY=35[0-9][0-9];R");
    assertThat(relay.queue("spool").getSize()).as("nothing is told").isZero();
  }

  @Test
  void hostThatKeepsNoTimeShouldNotGetMailThatIsToBeReturned() throws Exception {
    relay.nextHost().follow(SmtpScript.accepting());
    relay.deliver(Map.of());
    enqueue("3600;R", null);
    assertThat(relay.report())
        .contains("Action: failed\r\nStatus: 5.4.7")
        .contains("Deliver-By-Date: ")
        .contains("the host does not keep a time to deliver in")
        .contains("Send it again with more time");
    assertThat(relay.nextHost().mails()).isEmpty();
    assertThat(relay.commands()).noneMatch(line -> line.contains("MAIL FROM"));
  }

  @Test
  void hostThatTakesLongerThanIsLeftShouldNotGetIt() throws Exception {
    relay.nextHost().follow(SmtpScript.accepting().extensions("DELIVERBY 7200"));
    relay.deliver(Map.of());
    enqueue("3600;R", null);
    assertThat(relay.report()).contains("Status: 5.4.7").contains("the host takes 7200 s");
    assertThat(relay.nextHost().mails()).isEmpty();
  }

  @Test
  void mailShouldComeBackAtItsDeadlineWhateverTheRetries() throws Exception {
    relay.nextHost().follow(LATER);
    relay.deliver(Map.of("delayTime", "1 hour"));
    long begin = System.nanoTime();
    enqueue("4;R", null);
    String report = relay.report();
    assertThat(Duration.ofNanos(System.nanoTime() - begin))
        .isBetween(Duration.ofMillis(3_900), Duration.ofSeconds(15));
    assertThat(report)
        .contains("Action: failed\r\nStatus: 5.4.7")
        .contains("delivery time expired: at the last attempt: 450 4.2.1 Not now")
        .doesNotContain("It was tried 2 times", "Last-Attempt-Date");
    awaitLine("bounced .*delivery time expired: .*450 4.2.1 Not now.*");
    assertThat(relay.queue("outgoing").getSize()).isZero();
    assertThat(relay.commands().filter(line -> line.contains("RCPT TO"))).hasSize(1);
  }

  @Test
  void deadlineShouldSurviveARestart() throws Exception {
    relay.nextHost().follow(LATER);
    relay.deliver(Map.of());
    enqueue("6;RT", null);
    awaitLine("deferred .*");
    Recipient before = relay.entry().recipients().get(0);
    relay.restart();
    Recipient after = relay.entry().recipients().get(0);
    assertThat(after).isEqualTo(before);
    assertThat(after.notBefore()).isEqualTo(after.deliverBy().deadline());
    assertThat(after.deliverBy().trace()).isTrue();
    relay.deliver(Map.of());
    assertThat(relay.report()).contains("Status: 5.4.7");
    // The report and the end of the mail are one write; the queue counts after it.
    Awaitility.await().until(() -> relay.queue("outgoing").getSize() == 0);
  }

  @Test
  void deadlineThatPassesWhileTheRelayIsDownShouldBeToldWithoutAnAttempt() throws Exception {
    relay.queue("outgoing");
    enqueue("1;R", null);
    relay.restart();
    Awaitility.await().pollDelay(Duration.ofMillis(1_100)).until(() -> true);
    relay.nextHost().follow(SmtpScript.accepting().extensions("DELIVERBY"));
    relay.deliver(Map.of());
    assertThat(relay.report())
        .contains("Status: 5.4.7")
        .contains("delivery time expired: nothing was tried");
    assertThat(relay.nextHost().mails()).isEmpty();
  }

  @Test
  void senderShouldHearOnceThatItTakesLongerAndAttemptsShouldGoOn() throws Exception {
    relay.nextHost().follow(LATER);
    relay.deliver(Map.of("delayTime", "1 second", "maxRetries", "50"));
    enqueue("3;N", null);
    assertThat(relay.report())
        .contains("Action: delayed\r\nStatus: 4.4.7")
        .contains("Deliver-By-Date: ")
        .contains("450 4.2.1 Not now");
    long asked = asked();
    Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> asked() > asked + 1);
    assertThat(relay.queue("spool").getSize()).as("told once").isZero();
    relay.nextHost().follow(SmtpScript.accepting().extensions("DELIVERBY"));
    awaitLine("delivered .*");
    Awaitility.await().until(() -> !relay.taken().isEmpty());
    assertThat(relay.taken().get(0).mailFrom()).matches(".* BY=-[0-9]+;N");
  }

  private long asked() {
    return relay.commands().filter(line -> line.contains("RCPT TO")).count();
  }

  @Test
  void senderWhoWantsToHearNothingShouldNotHearOfADelay() throws Exception {
    relay.nextHost().follow(LATER);
    relay.deliver(Map.of("delayTime", "1 second", "maxRetries", "50"));
    enqueue("2;N", "NEVER");
    Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> asked() > 4);
    assertThat(relay.queue("spool").getSize()).isZero();
  }

  @Test
  void delayThatAnotherHostHasToldOfShouldNotBeToldAgain() throws Exception {
    relay.nextHost().follow(LATER);
    relay.deliver(Map.of("delayTime", "1 second", "maxRetries", "50"));
    enqueue("-5;N", null);
    Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> asked() > 2);
    assertThat(relay.queue("spool").getSize()).isZero();
  }

  @Test
  void suspendedMailShouldComeBackAtItsDeadline() throws Exception {
    relay.nextHost().follow(SmtpScript.accepting().extensions("DELIVERBY"));
    relay.deliver(Map.of());
    relay.rig().operations().suspend(Selection.all(), Duration.ofHours(1), "test");
    enqueue("3;R", null);
    assertThat(relay.report()).contains("Status: 5.4.7");
    assertThat(relay.nextHost().mails()).isEmpty();
  }

  @Test
  void senderShouldHearThatAHostKeepsNoTime() throws Exception {
    relay.nextHost().follow(SmtpScript.accepting());
    relay.deliver(Map.of());
    enqueue("3600;N", "FAILURE");
    assertThat(relay.report())
        .contains("Action: relayed\r\nStatus: 2.0.0")
        .contains("does not know by when it is to")
        .doesNotContain("does not tell of deliveries");
    assertThat(relay.nextHost().mails().get(0).mailFrom()).doesNotContain("BY=");
    enqueue("3600;N", "NEVER");
    Awaitility.await().until(() -> relay.nextHost().mails().size() == 2);
    Awaitility.await().until(() -> relay.queue("outgoing").getSize() == 0);
    assertThat(relay.queue("spool").getSize()).isZero();
  }

  @Test
  void traceShouldTellOfAHostThatTakesTheMailOn() throws Exception {
    relay.nextHost().follow(SmtpScript.accepting().extensions("DELIVERBY"));
    relay.deliver(Map.of());
    enqueue("3600;RT", "FAILURE");
    assertThat(relay.report().replaceAll("\\s+", " "))
        .contains("Action: relayed")
        .contains("a server that knows by when it is to be delivered. That server does not tell");
    assertThat(relay.nextHost().mails().get(0).mailFrom()).matches(".* BY=3[0-9]+;RT");
  }
}
