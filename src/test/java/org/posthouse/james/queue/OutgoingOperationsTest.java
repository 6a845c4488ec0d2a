/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthouse.delivery.Wait;
import org.posthouse.james.RemoteDelivery;
import org.posthouse.queue.Selection;
import org.posthouse.queue.Selection.Scope;
import org.posthouse.routing.NextHop.Smarthost;
import org.posthouse.trial.Reaction;
import org.posthouse.trial.ScriptedSmtpServer;
import org.posthouse.trial.SmtpScript;

/** What an operator does with mail that waits. */
@Timeout(60)
class OutgoingOperationsTest {
  private static final Selection ALICE = new Selection(Scope.SENDER, "alice@example.org");
  private static final Selection ONE = new Selection(Scope.DOMAIN, "one.test");

  @TempDir Path directory;
  private DeliveryRig rig;
  private ScriptedSmtpServer nextHost;
  private RemoteDelivery delivery;

  @BeforeEach
  void open() throws Exception {
    rig = new DeliveryRig(directory, DeliveryRig.nothing());
    nextHost = ScriptedSmtpServer.start(SmtpScript.accepting());
    delivery =
        rig.delivery(Map.of("gateway", "127.0.0.1:" + nextHost.port(), "delayTime", "1 hour"));
  }

  @AfterEach
  void close() throws Exception {
    rig.close();
    nextHost.close();
  }

  private void awaitMails(int count) {
    Awaitility.await().until(() -> nextHost.mails().size() == count);
  }

  @Test
  void heldMailShouldWaitUntilItIsReleased() throws Exception {
    rig.send(delivery, "alice@example.org", "a@one.test");
    rig.send(delivery, "bob@example.org", "b@two.test");
    assertThat(rig.operations().hold(ALICE, "a question")).isEqualTo(1);
    rig.start();
    awaitMails(1);
    assertThat(nextHost.mails().get(0).sender()).isEqualTo("bob@example.org");
    rig.queue("outgoing").flush();
    Awaitility.await().during(Duration.ofMillis(500)).until(() -> nextHost.mails().size() == 1);
    assertThat(rig.operations().release(Selection.all(), "answered")).isEqualTo(1);
    awaitMails(2);
    Awaitility.await().until(() -> rig.queue("outgoing").getSize() == 0);
  }

  @Test
  void suspendedMailShouldWaitNewMailIncludedAndGoWhenItIsResumed() throws Exception {
    rig.send(delivery, "alice@example.org", "a@one.test");
    assertThat(rig.operations().suspend(ONE, Duration.ofHours(1), "moving")).isEqualTo(1);
    rig.start();
    rig.send(delivery, "bob@example.org", "b@one.test");
    rig.send(delivery, "bob@example.org", "b@two.test");
    awaitMails(1);
    assertThat(nextHost.mails().get(0).recipients()).containsExactly("b@two.test");
    Awaitility.await().during(Duration.ofMillis(300)).until(() -> nextHost.mails().size() == 1);
    assertThat(rig.operations().resume(ONE, "moved")).isEqualTo(2);
    awaitMails(3);
  }

  @Test
  void mailToASiteShouldBeSuspendedNewMailIncluded() throws Exception {
    Selection site = new Selection(Scope.SITE, "127.0.0.1");
    rig.send(delivery, "alice@example.org", "a@one.test");
    assertThat(rig.operations().suspend(site, Duration.ofHours(1), "moving")).isEqualTo(1);
    rig.start();
    rig.send(delivery, "bob@example.org", "b@two.test");
    Awaitility.await().during(Duration.ofMillis(500)).until(() -> nextHost.connections() == 0);
    assertThat(rig.operations().resume(site, "moved")).isEqualTo(2);
    awaitMails(2);
  }

  @Test
  void mailShouldBeChosenByTheHostsOfItsSite() throws Exception {
    ScriptedSmtpServer other = ScriptedSmtpServer.start(SmtpScript.accepting());
    RemoteDelivery named = rig.delivery(Map.of("gateway", "localhost:" + other.port()));
    rig.send(delivery, "alice@example.org", "a@one.test");
    rig.send(named, "alice@example.org", "a@two.test");
    Selection below = new Selection(Scope.SITE, "*.0.0.1");
    assertThat(rig.operations().hold(below, "a question")).isEqualTo(1);
    rig.start();
    Awaitility.await().until(() -> other.mails().size() == 1);
    Awaitility.await().during(Duration.ofMillis(300)).until(() -> nextHost.mails().isEmpty());
    Selection elsewhere = new Selection(Scope.SITE, "*.other.test");
    assertThat(rig.operations().release(elsewhere, "?")).isZero();
    assertThat(rig.operations().release(below, "answered")).isEqualTo(1);
    awaitMails(1);
    other.close();
  }

  @Test
  void suspensionsShouldSurviveARestart() throws Exception {
    assertThat(rig.operations().suspend(ONE, Duration.ofHours(1), "moving")).isZero();
    rig.close();
    rig = new DeliveryRig(directory, DeliveryRig.nothing());
    delivery = rig.delivery(Map.of("gateway", "127.0.0.1:" + nextHost.port()));
    rig.start();
    rig.send(delivery, "alice@example.org", "a@one.test");
    rig.send(delivery, "alice@example.org", "a@two.test");
    awaitMails(1);
    Awaitility.await().during(Duration.ofMillis(300)).until(() -> nextHost.mails().size() == 1);
    assertThat(rig.operations().resume(ONE, "moved")).isEqualTo(1);
    awaitMails(2);
  }

  @Test
  void deferredMailShouldGoAtOnceWhenItIsFlushed() throws Exception {
    nextHost.follow(SmtpScript.accepting().times(1, "MAIL FROM:", Reaction.reply("450 Not now")));
    rig.start();
    rig.send(delivery, "alice@example.org", "a@one.test");
    Awaitility.await().until(() -> rig.hasLine("deferred .*next=1h .*"));
    assertThat(rig.operations().flush(new Selection(Scope.DOMAIN, "two.test"), "?")).isZero();
    assertThat(rig.operations().flush(ONE, "it is up again")).isEqualTo(1);
    awaitMails(1);
  }

  private void putOffByASiteThatComesBack() throws Exception {
    int port = nextHost.port();
    nextHost.close();
    rig.start();
    rig.send(delivery, "alice@example.org", "a@one.test");
    Awaitility.await().until(() -> rig.hasLine("deferred .*refused.*"));
    nextHost =
        ScriptedSmtpServer.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
            SmtpScript.accepting(),
            mail -> {});
  }

  @ParameterizedTest
  @ValueSource(strings = {"DOMAIN one.test", "SITE 127.0.0.1", "ALL "})
  void flushOfSomeMailShouldNotWaitForItsSite(String selection) throws Exception {
    putOffByASiteThatComesBack();
    String[] words = selection.split(" ", 2);
    Selection some = new Selection(Scope.valueOf(words[0]), words[1]);
    assertThat(rig.operations().flush(some, "it is up again")).isEqualTo(1);
    awaitMails(1);
  }

  @Test
  void flushShouldNotWaitForASiteThatIsLeftAlone() throws Exception {
    putOffByASiteThatComesBack();
    rig.queue("outgoing").flush();
    awaitMails(1);
  }

  @Test
  void reroutedMailShouldGoToTheOtherHost() throws Exception {
    ScriptedSmtpServer other = ScriptedSmtpServer.start(SmtpScript.accepting());
    rig.send(delivery, "alice@example.org", "a@one.test");
    rig.send(delivery, "bob@example.org", "b@two.test");
    Smarthost to = new Smarthost("127.0.0.1", other.port());
    assertThat(rig.operations().reroute(ALICE, to, "the other way")).isEqualTo(1);
    rig.start();
    awaitMails(1);
    Awaitility.await().until(() -> other.mails().size() == 1);
    assertThat(other.mails().get(0).sender()).isEqualTo("alice@example.org");
    other.close();
  }

  @Test
  void bouncedMailShouldGoBackWithTheReason() throws Exception {
    rig.send(delivery, "alice@example.org", "a@one.test");
    rig.queue("spool");
    assertThat(rig.operations().bounce(ONE, "they have moved")).isEqualTo(1);
    assertThat(rig.queue("outgoing").getSize()).isZero();
    assertThat(rig.queue("spool").getSize()).isEqualTo(1);
    assertThat(rig.hasLine("bounced .*to=<a@one.test>.*operator: they have moved\"")).isTrue();
  }

  @Test
  void heldMailShouldGoBackOrAnotherWayToo() throws Exception {
    ScriptedSmtpServer other = ScriptedSmtpServer.start(SmtpScript.accepting());
    rig.send(delivery, "alice@example.org", "a@one.test");
    rig.send(delivery, "bob@example.org", "b@two.test");
    assertThat(rig.operations().hold(Selection.all(), "a question")).isEqualTo(2);
    Smarthost to = new Smarthost("127.0.0.1", other.port());
    Selection two = new Selection(Scope.DOMAIN, "two.test");
    assertThat(rig.operations().reroute(two, to, "the other way")).isEqualTo(1);
    assertThat(rig.operations().bounce(ONE, "answered")).isEqualTo(1);
    Awaitility.await().until(() -> rig.hasLine("bounced .*to=<a@one.test>.*: answered\""));
    rig.start();
    Awaitility.await().during(Duration.ofMillis(300)).until(() -> other.mails().isEmpty());
    assertThat(rig.operations().release(two, "answered")).isEqualTo(1);
    Awaitility.await().until(() -> other.mails().size() == 1);
    assertThat(nextHost.connections()).isZero();
    other.close();
  }

  /** Also those whose time has not come beside others whose time has. */
  @Test
  void allRecipientsShouldGoBackWhateverTheirTime() throws Exception {
    nextHost.follow(
        SmtpScript.accepting().on("RCPT TO:<later@", Reaction.reply("450 4.2.1 Not now")));
    rig.start();
    rig.send(delivery, "alice@example.org", "later@one.test", "good@one.test");
    Awaitility.await().until(() -> rig.hasLine("delivered .*to=<good@one.test>.*"));
    assertThat(rig.operations().bounce(ONE, "they have moved")).isEqualTo(1);
    Awaitility.await().until(() -> rig.hasLine("bounced .*to=<later@one.test>.*"));
  }

  @Test
  void mailThatWaitsForItsSiteShouldBeReachedToo() throws Exception {
    nextHost.follow(
        SmtpScript.accepting().on(".", Reaction.reply("250 ok").after(Duration.ofSeconds(2))));
    rig.start();
    for (int i = 0; i < 50; i++) {
      rig.send(delivery, "alice@example.org", i + "@one.test");
    }
    Awaitility.await().until(() -> !nextHost.mails().isEmpty());
    long held = rig.operations().hold(ONE, "stop it");
    assertThat(held).isBetween(20L, 48L);
    Awaitility.await().until(() -> rig.queue("outgoing").getSize() == held);
    assertThat(rig.deliveries.queues().get(0).operations().release(ONE, "go on")).isEqualTo(held);
  }

  private Wait onlyWait() {
    OutgoingQueue outgoing = rig.deliveries.queues().get(0);
    return outgoing.waitOf(rig.onlyEntry()).orElseThrow();
  }

  @Test
  void whatMailInTheQueueWaitsForShouldBeKnown() throws Exception {
    rig.send(delivery, "alice@example.org", "a@one.test");
    assertThat(onlyWait().reason()).isEqualTo(Wait.Reason.DUE);
    rig.operations().hold(ONE, "a question");
    assertThat(onlyWait()).isEqualTo(new Wait(Wait.Reason.HELD, 0, "held: a question"));
    rig.operations().release(ONE, "answered");
    rig.operations().suspend(ONE, Duration.ofHours(1), "moving");
    assertThat(onlyWait().reason()).isEqualTo(Wait.Reason.SUSPENDED);
    assertThat(onlyWait().detail()).isEqualTo("moving");
    assertThat(onlyWait().until() - System.currentTimeMillis()).isBetween(3_500_000L, 3_600_000L);
    nextHost.close();
    rig.start();
    rig.operations().resume(ONE, "moved");
    Awaitility.await().until(() -> rig.hasLine("deferred .*refused.*"));
    Awaitility.await().until(() -> onlyWait().reason() == Wait.Reason.BACK_OFF);
    assertThat(onlyWait().detail()).contains("127.0.0.1", "refused");
    assertThat(onlyWait().until() - System.currentTimeMillis()).isBetween(3_500_000L, 3_600_000L);
  }
}
