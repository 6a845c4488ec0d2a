/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import org.apache.james.core.MailAddress;
import org.apache.james.queue.api.MailQueue.MailQueueItem;
import org.apache.james.queue.api.ManageableMailQueue;
import org.apache.james.server.core.MailImpl;
import org.apache.mailet.DsnParameters;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.posthouse.james.message.OriginalRecipients;
import org.posthouse.queue.Recipient;
import org.posthouse.trial.SmtpScript;
import reactor.core.publisher.Flux;

/** What senders and processors hear of outcomes. */
@Timeout(60)
class DeliveryReportsTest {
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
  void bounceWithoutBounceProcessorShouldCommitWithTheMailThatItIsAbout() throws Exception {
    relay.deliver(Map.of());
    relay.queue("spool");
    long before = relay.commits();
    relay.enqueue("a@example.org", "never@example.net");
    Awaitility.await().until(() -> relay.queue("outgoing").getSize() == 0);
    assertThat(relay.queue("spool").getSize()).isEqualTo(1);
    assertThat(relay.commits() - before).as("enqueued, then all at once").isEqualTo(2);
    MailQueueItem bounce = Flux.from(relay.queue("spool").deQueue()).blockFirst();
    assertThat(bounce.getMail().hasSender()).isFalse();
    assertThat(bounce.getMail().getRecipients()).containsExactly(new MailAddress("a@example.org"));
    assertThat(relay.lines().filter(line -> line.startsWith("accepted")))
        .as("no new mail")
        .isEmpty();
    relay.awaitLine("bounced .*to=<never@example.net>.*");
  }

  @Test
  void refusedBounceShouldBeLoggedAsBouncedAndNotAsDelivered() throws Exception {
    relay.deliver(Map.of());
    relay.enqueue("<>", "later@example.net", "never@example.net");
    Awaitility.await().until(() -> relay.lines().anyMatch(line -> line.startsWith("deferred")));
    relay.awaitLine("bounced .*to=<never@example.net>.*550.*");
    assertThat(relay.lines()).noneMatch(line -> line.startsWith("delivered"));
  }

  private void enqueueAsking(DsnParameters.Notify wanted, String recipient) throws Exception {
    MailImpl mail = NewMails.from("a@example.org", "m", "body", recipient);
    mail.setDsnParameters(
        DsnParameters.builder()
            .envId(DsnParameters.EnvId.of("QQ+2B314159"))
            .addRcptParameter(
                new MailAddress(recipient),
                DsnParameters.RecipientDsnParameters.of(EnumSet.of(wanted)))
            .build()
            .orElseThrow());
    relay.queue("outgoing").enQueue(mail);
    mail.dispose();
  }

  @Test
  void reportOfAFailureShouldSayWhatTheHostSaid() throws Exception {
    relay.deliver(Map.of());
    relay.enqueue("a@example.org", "good@example.net", "never@example.net");
    assertThat(relay.report())
        .contains("report-type=delivery-status")
        .contains("Final-Recipient: rfc822; never@example.net\r\nAction: failed\r\nStatus: 5.1.1")
        .contains("Remote-MTA: dns; 127.0.0.1")
        .contains("Diagnostic-Code: smtp; 550 5.1.1 Nobody here")
        .contains("Reporting-MTA: dns; relay.test")
        .doesNotContain("good@example.net\r\nAction")
        .as("once for a person, once for a machine")
        .matches(text -> text.split("550 5.1.1 Nobody here", -1).length == 3);
  }

  @Test
  void originalRecipientOfAnyTypeShouldGoToTheHostAndIntoReports() throws Exception {
    relay.nextHost().follow(RelayToOneHost.MIXED);
    MailImpl mail =
        NewMails.from("a@example.org", "m", "body", "good@example.net", "never@example.net");
    OriginalRecipients.add(
        mail,
        Map.of(
            "good@example.net", "utf-8;\u00fc@example.net",
            "never@example.net", "x400;/G+3Dbob/C+3Dde"));
    relay.queue("outgoing").enQueue(mail);
    mail.dispose();
    relay.restart(); // it is read from the store
    relay.deliver(Map.of());
    assertThat(relay.report())
        .contains("Original-Recipient: x400; /G=bob/C=de\r\nFinal-Recipient: rfc822; never@")
        .doesNotContain("good@example.net\r\nAction");
    assertThat(relay.commands())
        .anyMatch(line -> line.endsWith("RCPT TO:<never@example.net> ORCPT=x400;/G+3Dbob/C+3Dde"))
        .anyMatch(
            line -> line.endsWith("RCPT TO:<good@example.net> ORCPT=utf-8;\\x{FC}@example.net"));
  }

  @Test
  void senderWhoWantsToHearNothingShouldHearNothing() throws Exception {
    relay.deliver(Map.of());
    enqueueAsking(DsnParameters.Notify.NEVER, "never@example.net");
    Awaitility.await().until(() -> relay.lines().anyMatch(line -> line.startsWith("bounced")));
    Awaitility.await().until(() -> relay.queue("outgoing").getSize() == 0);
    assertThat(relay.queue("spool").getSize()).isZero();
  }

  @Test
  void successShouldBeReportedWhereTheNextHostCannot() throws Exception {
    relay.nextHost().follow(SmtpScript.accepting().extensions("PIPELINING"));
    relay.deliver(Map.of());
    enqueueAsking(DsnParameters.Notify.SUCCESS, "good@example.net");
    assertThat(relay.report())
        .contains("Action: relayed")
        .contains("Original-Envelope-Id: QQ+314159");
    relay.nextHost().follow(SmtpScript.accepting());
    relay.restart();
    relay.deliver(Map.of());
    enqueueAsking(DsnParameters.Notify.SUCCESS, "good@example.net");
    Awaitility.await()
        .until(() -> relay.lines().filter(line -> line.startsWith("delivered")).count() == 1);
    assertThat(relay.queue("spool").getSize()).isZero();
    assertThat(relay.nextHost().mails().get(1).rcptTo().get(0)).contains("NOTIFY=SUCCESS");
  }

  @Test
  void quotedLocalPartsShouldTakeTheirDsnParametersAlong() throws Exception {
    relay.nextHost().follow(SmtpScript.accepting().extensions("DSN"));
    relay.deliver(Map.of());
    MailAddress quoted = new MailAddress("\"A B\"@example.net");
    MailImpl mail = NewMails.from("a@example.org", "m", "body", "\"A B\"@example.net");
    mail.setDsnParameters(
        DsnParameters.builder()
            .ret(DsnParameters.Ret.HDRS)
            .addRcptParameter(
                quoted,
                DsnParameters.RecipientDsnParameters.of(EnumSet.of(DsnParameters.Notify.FAILURE)))
            .build()
            .orElseThrow());
    relay.queue("outgoing").enQueue(mail);
    mail.dispose();
    Awaitility.await().until(() -> relay.lines().anyMatch(line -> line.startsWith("delivered")));
    assertThat(relay.nextHost().mails()).hasSize(1);
    assertThat(relay.nextHost().mails().get(0).mailFrom()).contains("RET=HDRS");
    assertThat(relay.nextHost().mails().get(0).rcptTo())
        .containsExactly("<\"A B\"@example.net> NOTIFY=FAILURE");
  }

  @Test
  void copyForTheProcessorOfSuccessesShouldBeNoBounce() throws Exception {
    relay.deliver(Map.of("onSuccess", "successes", "doubleBounceProcessor", "double"));
    ManageableMailQueue processors = relay.queue("spool");
    relay.enqueue("<>", "good@example.net", "later@example.net");
    Awaitility.await().until(() -> processors.getSize() == 1);
    processors.clear();
    assertThat(relay.entry().recipients())
        .extracting(Recipient::address, Recipient::state)
        .containsExactly(
            tuple("good@example.net", Recipient.State.DELIVERED),
            tuple("later@example.net", Recipient.State.QUEUED));
    assertThat(relay.lines())
        .anyMatch(line -> line.matches("delivered .*to=<good@example.net>.*"))
        .anyMatch(line -> line.matches("deferred .*to=<later@example.net>.*"))
        .noneMatch(line -> line.startsWith("bounced"));
  }

  @Test
  void bounceProcessorShouldGetTheMailInTheSameCommit() throws Exception {
    relay.deliver(Map.of("bounceProcessor", "bounces"));
    relay.queue("spool");
    long before = relay.commits();
    relay.enqueue("a@example.org", "good@example.net", "never@example.net");
    Awaitility.await().until(() -> relay.commits() - before == 2);
    Awaitility.await().until(() -> relay.queue("outgoing").getSize() == 0);
    MailQueueItem bounce = Flux.from(relay.queue("spool").deQueue()).blockFirst();
    assertThat(bounce.getMail().getState()).isEqualTo("bounces");
    relay.awaitOutcomes(2);
    assertThat(relay.lines().filter(RelayToOneHost::isOutcome))
        .hasSize(2)
        .anyMatch(line -> line.matches("bounced .*to=<never@example.net>.*error=\".*550.*"))
        .anyMatch(line -> line.matches("delivered .*to=<good@example.net>.*"));
  }

  @Test
  void bounceThatIsRefusedShouldBeDroppedAsInStockUnlessThereIsAProcessorForIt() throws Exception {
    relay.deliver(Map.of("bounceProcessor", "bounces"));
    relay.queue("spool");
    long before = relay.commits();
    relay.enqueue("<>", "never@example.net");
    Awaitility.await().until(() -> relay.commits() - before == 2);
    Awaitility.await().until(() -> relay.queue("outgoing").getSize() == 0);
    assertThat(relay.queue("spool").getSize()).isZero();
  }

  @Test
  void bounceThatIsRefusedShouldGoToItsProcessorInTheCommitThatEndsIt() throws Exception {
    relay.deliver(Map.of("doubleBounceProcessor", "double"));
    relay.queue("spool");
    long before = relay.commits();
    relay.enqueue("<>", "never@example.net");
    Awaitility.await().until(() -> relay.commits() - before == 2);
    Awaitility.await().until(() -> relay.queue("outgoing").getSize() == 0);
    MailQueueItem kept = Flux.from(relay.queue("spool").deQueue()).blockFirst();
    assertThat(kept.getMail().getState()).isEqualTo("double");
    assertThat(kept.getMail().hasSender()).isFalse();
    relay.awaitLine("bounced .*to=<never@example.net>.*");
  }

  @Test
  void bounceThatIsDeferredShouldStayInTheQueue() throws Exception {
    relay.deliver(Map.of("doubleBounceProcessor", "double"));
    relay.queue("spool");
    long before = relay.commits();
    relay.enqueue("<>", "later@example.net");
    Awaitility.await().until(() -> relay.commits() - before == 2);
    assertThat(relay.queue("outgoing").getSize()).isEqualTo(1);
    assertThat(relay.queue("spool").getSize()).isZero();
  }
}
