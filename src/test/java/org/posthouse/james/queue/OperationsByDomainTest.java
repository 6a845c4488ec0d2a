/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.posthouse.james.RemoteDelivery;
import org.posthouse.queue.Selection;
import org.posthouse.queue.Selection.Scope;
import org.posthouse.routing.NextHop.Smarthost;
import org.posthouse.trial.Reaction;
import org.posthouse.trial.ScriptedSmtpServer;
import org.posthouse.trial.SmtpScript;

/** A mail for a gateway has recipients of several domains in one entry. */
@Timeout(60)
class OperationsByDomainTest {
  private static final Selection ONE = new Selection(Scope.DOMAIN, "one.test");

  @TempDir Path directory;
  private ScriptedSmtpServer nextHost;
  private DeliveryRig rig;
  private RemoteDelivery delivery;

  @BeforeEach
  void open() throws Exception {
    nextHost = ScriptedSmtpServer.start(SmtpScript.accepting());
    begin("");
  }

  private void begin(String settings) throws Exception {
    rig = new DeliveryRig(directory, DeliveryRig.relay(settings));
    delivery = rig.delivery(parameters("outgoing"));
  }

  private Map<String, String> parameters(String queue) {
    return Map.of(
        "gateway",
        "127.0.0.1:" + nextHost.port(),
        "delayTime",
        "1 hour",
        "sendpartial",
        "true",
        "outgoing",
        queue);
  }

  @AfterEach
  void close() throws Exception {
    rig.close();
    nextHost.close();
  }

  private void sendToThree() throws Exception {
    rig.send(delivery, "alice@example.org", "b@two.test", "a@one.test", "c@three.test");
  }

  private void awaitRecipients(String... addresses) {
    Awaitility.await().until(() -> recipients(nextHost).size() == addresses.length);
    assertThat(recipients(nextHost)).containsExactlyInAnyOrder(addresses);
  }

  private static List<String> recipients(ScriptedSmtpServer host) {
    return host.mails().stream().flatMap(mail -> mail.recipients().stream()).toList();
  }

  @Test
  void bounceShouldReturnThoseOfTheDomainOnly() throws Exception {
    sendToThree();
    assertThat(rig.operations().bounce(ONE, "they have moved")).isEqualTo(1);
    assertThat(rig.hasLine("bounced .*to=<a@one.test>.*: they have moved\"")).isTrue();
    assertThat(rig.lines().filter(line -> line.startsWith("bounced"))).hasSize(1);
    rig.start();
    awaitRecipients("b@two.test", "c@three.test");
  }

  @Test
  void holdShouldKeepThoseOfTheDomainOnly() throws Exception {
    sendToThree();
    assertThat(rig.operations().hold(ONE, "a question")).isEqualTo(1);
    rig.start();
    awaitRecipients("b@two.test", "c@three.test");
    assertThat(rig.operations().release(ONE, "answered")).isEqualTo(1);
    awaitRecipients("b@two.test", "c@three.test", "a@one.test");
  }

  @Test
  void suspensionShouldCountForThoseOfTheDomainOnly() throws Exception {
    assertThat(rig.operations().suspend(ONE, Duration.ofHours(1), "moving")).isZero();
    rig.start();
    sendToThree();
    awaitRecipients("b@two.test", "c@three.test");
    Awaitility.await().until(() -> rig.operations().resume(ONE, "moved") == 1);
    awaitRecipients("b@two.test", "c@three.test", "a@one.test");
    Awaitility.await().until(() -> rig.queue("outgoing").getSize() == 0);
  }

  @Test
  void rerouteShouldSendThoseOfTheDomainOnly() throws Exception {
    sendToThree();
    try (ScriptedSmtpServer other = ScriptedSmtpServer.start(SmtpScript.accepting())) {
      Smarthost to = new Smarthost("127.0.0.1", other.port());
      assertThat(rig.operations().reroute(ONE, to, "the other way")).isEqualTo(1);
      rig.start();
      awaitRecipients("b@two.test", "c@three.test");
      Awaitility.await().until(() -> recipients(other).equals(List.of("a@one.test")));
      Awaitility.await().until(() -> rig.queue("outgoing").getSize() == 0);
    }
  }

  @Test
  void shorterSuspensionShouldReplaceALongerOne() throws Exception {
    sendToThree();
    assertThat(rig.operations().suspend(ONE, Duration.ofHours(1), "moving")).isEqualTo(1);
    assertThat(rig.operations().suspend(ONE, Duration.ofSeconds(2), "not so long")).isEqualTo(1);
    rig.start();
    awaitRecipients("b@two.test", "c@three.test", "a@one.test");
  }

  @Test
  void suspensionsShouldBeThoseOfTheirQueueOnlyAfterARestartToo() throws Exception {
    assertThat(rig.operations().suspend(ONE, Duration.ofHours(1), "moving")).isZero();
    rig.close();
    begin("");
    RemoteDelivery second = rig.delivery(parameters("second"));
    rig.start();
    rig.send(second, "alice@example.org", "a2@one.test");
    awaitRecipients("a2@one.test");
    sendToThree();
    awaitRecipients("a2@one.test", "b@two.test", "c@three.test");
  }

  @Test
  void operatorsBounceShouldBeOneWithSoftBounceToo() throws Exception {
    rig.close();
    begin("<delivery><softBounce>true</softBounce></delivery>");
    sendToThree();
    assertThat(rig.operations().bounce(ONE, "they have moved")).isEqualTo(1);
    assertThat(rig.hasLine("bounced .*to=<a@one.test>.*: they have moved\"")).isTrue();
  }

  @Test
  void reroutedMailShouldKeepTheTermsItWasQueuedOn() throws Exception {
    rig.close();
    begin("");
    RemoteDelivery own =
        rig.delivery(
            Map.of("gateway", "127.0.0.1:1", "maxRetries", "0", "bounceProcessor", "own-bounces"));
    rig.send(own, "alice@example.org", "a@one.test");
    try (ScriptedSmtpServer other =
        ScriptedSmtpServer.start(
            SmtpScript.accepting().on("RCPT TO:", Reaction.reply("550 5.1.1 Nobody")))) {
      Smarthost to = new Smarthost("127.0.0.1", other.port());
      assertThat(rig.operations().reroute(ONE, to, "the other way")).isEqualTo(1);
      rig.start();
      Awaitility.await().until(() -> rig.hasLine("bounced .*to=<a@one.test>.*"));
      assertThat(rig.queue("spool").browse().next().getMail().getState()).isEqualTo("own-bounces");
    }
  }
}
