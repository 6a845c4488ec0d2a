/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.james.queue.api.ManageableMailQueue;
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

/** Mail that has to wait without an attempt, here for the rate of its host. */
@Timeout(90)
class OverdueMailTest {
  @TempDir Path directory;
  private ScriptedSmtpServer nextHost;
  private DeliveryRig rig;
  private String rate = "1 / 1 d";

  @BeforeEach
  void open() throws Exception {
    nextHost = ScriptedSmtpServer.start(SmtpScript.accepting());
  }

  @AfterEach
  void close() throws Exception {
    rig.close();
    nextHost.close();
  }

  private RemoteDelivery delivery(String retry, Map<String, String> parameters) throws Exception {
    String settings =
        "<delivery><retry>"
            + retry
            + "</retry></delivery><destinations><default><rate>"
            + rate
            + "</rate></default></destinations><routes><route><smarthosts><host port='"
            + nextHost.port()
            + "'>127.0.0.1</host></smarthosts></route></routes>";
    rig = new DeliveryRig(directory, DeliveryRig.relay(settings));
    return rig.delivery(parameters);
  }

  private void sendTwo(RemoteDelivery delivery) throws Exception {
    rig.start();
    rig.send(delivery, "a@example.org", "first@one.test");
    Awaitility.await().until(() -> rig.hasLine("delivered .*to=<first@one.test>.*"));
    rig.send(delivery, "a@example.org", "second@one.test");
  }

  @Test
  void mailShouldNotWaitForItsTurnBeyondItsLifetime() throws Exception {
    sendTwo(delivery("<lifetime>5 s</lifetime><delayWarning>never</delayWarning>", Map.of()));
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                rig.hasLine(
                    "bounced .*to=<second@one.test>.*given up after .*: its turn has not come: the"
                        + " relay sends no more mail there in this time \\(127.0.0.1\\)\""));
    assertThat(nextHost.mails()).hasSize(1);
    assertThat(rig.queue("spool").getSize()).as("its sender is told").isEqualTo(1);
    assertThat(rig.queue("outgoing").getSize()).isZero();
  }

  @Test
  void senderShouldHearThatHisMailWaitsForItsTurn() throws Exception {
    sendTwo(delivery("<delayWarning>3 s</delayWarning>", Map.of()));
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> rig.hasLine("deferred .*to=<second@one.test>.*its turn has not come.*"));
    assertThat(rig.queue("spool").getSize()).as("its sender is told").isEqualTo(1);
    assertThat(rig.queue("outgoing").getSize()).isEqualTo(1);
  }

  @Test
  void countedAttemptsShouldNotBeUsedUpByWaiting() throws Exception {
    sendTwo(
        delivery(
            "<lifetime>5 s</lifetime><delayWarning>3 s</delayWarning>", Map.of("maxRetries", "0")));
    Awaitility.await()
        .during(Duration.ofSeconds(15))
        .atMost(Duration.ofSeconds(20))
        .until(() -> rig.queue("outgoing").getSize() == 1);
    assertThat(rig.queue("spool").getSize()).isZero();
  }

  @Test
  void mailThatWaitsForItsTurnShouldBeRemovedWhenAskedFor() throws Exception {
    sendTwo(delivery("", Map.of()));
    ManageableMailQueue outgoing = rig.queue("outgoing");
    assertThat(outgoing.remove(ManageableMailQueue.Type.Sender, "a@example.org")).isEqualTo(1);
    assertThat(outgoing.getSize()).isZero();
    assertThat(rig.hasLine("removed id=.* to=<second@one.test> queue=outgoing")).isTrue();
  }

  @Test
  void laterRefusalShouldNotHideThatTheMailMayHaveArrived() throws Exception {
    nextHost.follow(SmtpScript.accepting().on(".", Reaction.close()));
    rate = "unlimited";
    RemoteDelivery delivery = delivery("", Map.of());
    rig.start();
    rig.send(delivery, "a@example.org", "first@one.test");
    Awaitility.await().until(() -> rig.hasLine("deferred .*it may have taken the mail\""));
    nextHost.follow(SmtpScript.accepting().on("MAIL FROM:", Reaction.reply("554 5.7.1 Not you")));
    rig.queue("outgoing").flush();
    Awaitility.await()
        .until(
            () ->
                rig.hasLine(
                    "bounced .*\"554 5.7.1 Not you; at an earlier attempt a host may have taken the"
                        + " mail\""));
    ByteArrayOutputStream report = new ByteArrayOutputStream();
    rig.queue("spool").browse().next().getMail().getMessage().writeTo(report);
    assertThat(report.toString(StandardCharsets.US_ASCII).replaceAll("\\s+", " "))
        .contains("It may have arrived all the same: ask the recipient before you send it again.");
  }
}
