/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.commons.configuration2.XMLConfiguration;
import org.apache.commons.configuration2.io.FileHandler;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.posthouse.james.RemoteDelivery;
import org.posthouse.trial.Reaction;
import org.posthouse.trial.ScriptedSmtpServer;
import org.posthouse.trial.SmtpScript;

/** What delivery promises of one mail whatever happens to others, over a real store. */
@Timeout(120)
class DeliveryPromisesTest {
  private static final Duration SOON = Duration.ofMillis(500);

  @TempDir Path directory;
  private DeliveryRig rig;
  private ScriptedSmtpServer nextHost;

  @BeforeEach
  void open() throws Exception {
    rig = new DeliveryRig(directory, DeliveryRig.nothing());
    nextHost = ScriptedSmtpServer.start(SmtpScript.accepting());
  }

  @AfterEach
  void close() throws Exception {
    rig.close();
    nextHost.close();
  }

  private RemoteDelivery to(ScriptedSmtpServer host) throws Exception {
    return rig.delivery(Map.of("gateway", "127.0.0.1:" + host.port(), "delayTime", "1 hour"));
  }

  /** From before it is queued until it has arrived. */
  private Duration arrival(RemoteDelivery delivery, String recipient) throws Exception {
    int before = nextHost.mails().size();
    long start = System.nanoTime();
    rig.send(delivery, "single@example.org", recipient);
    Awaitility.await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> nextHost.mails().size() > before);
    return Duration.ofNanos(System.nanoTime() - start);
  }

  @Test
  void mailsToASlowHostShouldNotDelayOthers() throws Exception {
    Reaction late = Reaction.reply("220 slow.test").after(Duration.ofSeconds(15));
    try (ScriptedSmtpServer slow =
        ScriptedSmtpServer.start(SmtpScript.accepting().greeting(late))) {
      RemoteDelivery toSlow = to(slow);
      RemoteDelivery toQuick = to(nextHost);
      rig.start();
      arrival(toQuick, "warm@quick.test");
      for (int i = 0; i < 40; i++) {
        rig.send(toSlow, "bulk@example.org", i + "@slow.test");
      }
      assertThat(arrival(toQuick, "a@quick.test")).isLessThan(SOON);
      assertThat(slow.mails()).isEmpty();
    }
  }

  @Test
  void deferredMailsShouldNotDelayOneThatIsReady() throws Exception {
    nextHost.follow(
        SmtpScript.accepting().on("MAIL FROM:<bulk@", Reaction.reply("450 4.2.0 Not now")));
    RemoteDelivery delivery = to(nextHost);
    rig.start();
    for (int i = 0; i < 1_500; i++) {
      rig.send(delivery, "bulk@example.org", i + "@one.test");
    }
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> rig.lines().filter(line -> line.startsWith("deferred")).count() == 1_500);
    assertThat(arrival(delivery, "a@one.test")).isLessThan(SOON);
    assertThat(rig.queue("outgoing").getSize()).isBetween(1_500L, 1_501L);
  }

  @Test
  void routesShouldChooseTheNextHop() throws Exception {
    try (ScriptedSmtpServer partner = ScriptedSmtpServer.start(SmtpScript.accepting())) {
      rig.close();
      XMLConfiguration xml = new XMLConfiguration();
      new FileHandler(xml)
          .load(
              new StringReader(
                  "<relay><routes>"
                      + "<route recipientDomain='nobody.test'><discard/></route>"
                      + "<route recipientDomain='held.test'><hold/></route>"
                      + "<route recipientDomain='partner.test'><smarthosts><host port='"
                      + partner.port()
                      + "'>127.0.0.1</host></smarthosts></route>"
                      + "<route><smarthosts><host port='"
                      + nextHost.port()
                      + "'>127.0.0.1</host></smarthosts></route></routes></relay>"));
      rig = new DeliveryRig(directory, xml);
      RemoteDelivery delivery = rig.delivery(Map.of());
      rig.start();
      rig.send(
          delivery,
          "a@example.org",
          "a@nobody.test",
          "b@held.test",
          "c@partner.test",
          "d@else.test",
          "e@other.test");
      Awaitility.await().until(() -> partner.mails().size() == 1);
      Awaitility.await().until(() -> rig.queue("outgoing").getSize() == 1);
      assertThat(partner.mails().get(0).recipients()).containsExactly("c@partner.test");
      assertThat(nextHost.mails())
          .as("one mail to two domains of a site")
          .flatExtracting(mail -> mail.recipients())
          .containsExactlyInAnyOrder("d@else.test", "e@other.test");
      assertThat(rig.hasLine("discarded .*to=<a@nobody.test>.* rule=\"route 1.*")).isTrue();
      assertThat(rig.hasLine("held .*to=<b@held.test>.* rule=\"route 2.*")).isTrue();
    }
  }

  @Test
  void aMailWhoseReplyWasLostShouldBeTreatedAsConfigured() throws Exception {
    nextHost.follow(SmtpScript.accepting().on(".", Reaction.close()));
    rig.close();
    XMLConfiguration xml = new XMLConfiguration();
    new FileHandler(xml)
        .load(new StringReader("<relay><delivery><ambiguous>hold</ambiguous></delivery></relay>"));
    rig = new DeliveryRig(directory, xml);
    RemoteDelivery delivery = to(nextHost);
    rig.start();
    rig.send(delivery, "a@example.org", "a@one.test");
    Awaitility.await().until(() -> rig.hasLine("held .*to=<a@one.test>.*"));
    assertThat(rig.queue("outgoing").getSize()).isEqualTo(1);
    nextHost.follow(SmtpScript.accepting());
    rig.queue("outgoing").flush();
    Awaitility.await().during(SOON).until(() -> nextHost.mails().size() == 1);
  }

  @Test
  void aMailThatCountsAsSentShouldBeLoggedWithItsDoubt() throws Exception {
    nextHost.follow(SmtpScript.accepting().on(".", Reaction.close()));
    rig.close();
    XMLConfiguration xml = new XMLConfiguration();
    new FileHandler(xml)
        .load(new StringReader("<relay><delivery><ambiguous>sent</ambiguous></delivery></relay>"));
    rig = new DeliveryRig(directory, xml);
    RemoteDelivery delivery = to(nextHost);
    rig.start();
    rig.send(delivery, "a@example.org", "a@one.test");
    Awaitility.await()
        .until(() -> rig.hasLine("delivered .*to=<a@one.test>.*it may have taken the mail\""));
    assertThat(rig.queue("outgoing").getSize()).isZero();
  }

  @Test
  void thePostmasterShouldHearOfReportsThatComeBackWhereThatIsWanted() throws Exception {
    nextHost.follow(SmtpScript.accepting().on("RCPT TO:", Reaction.reply("550 5.1.1 Nobody here")));
    rig.close();
    XMLConfiguration xml = new XMLConfiguration();
    new FileHandler(xml)
        .load(
            new StringReader(
                "<relay><delivery><doubleBounce>postmaster</doubleBounce></delivery></relay>"));
    rig = new DeliveryRig(directory, xml);
    RemoteDelivery delivery = to(nextHost);
    rig.start();
    rig.send(delivery, "", "a@one.test");
    Awaitility.await().until(() -> rig.queue("spool").getSize() == 1);
    rig.queue("spool").clear();
    rig.send(delivery, "", "postmaster@relay.test");
    Awaitility.await().until(() -> rig.hasLine("bounced .*to=<postmaster@relay.test>.*"));
    assertThat(rig.queue("spool").getSize()).isZero();
  }
}
