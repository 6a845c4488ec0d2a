/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.james.queue.api.MailQueue.MailQueueItem;
import org.apache.james.server.core.MailImpl;
import org.apache.james.server.core.MimeMessageInputStreamSource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthouse.james.message.RelayMessage;
import org.posthouse.trial.FreePort;
import org.posthouse.trial.Reaction;
import org.posthouse.trial.SelfSigned;
import org.posthouse.trial.SmtpScript;
import reactor.core.publisher.Flux;

/** What a gateway offers, demands, or fails to do. */
@Timeout(60)
class GatewayTest {
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

  @ParameterizedTest
  @ValueSource(
      strings = {"530 5.7.0 Authentication required", "535 5.7.8 Bad password", "534 5.7.9 Weak"})
  void hostThatDoesNotTakeOurLoginShouldNotMakeMailBounce(String reply) throws Exception {
    relay.nextHost().follow(RelayToOneHost.MIXED.on("MAIL FROM:", Reaction.reply(reply)));
    relay.deliver(Map.of());
    relay.enqueue("a@example.org", "good@example.net");
    Awaitility.await().until(() -> relay.lines().anyMatch(line -> line.startsWith("deferred")));
    assertThat(relay.lines()).noneMatch(line -> line.startsWith("bounced"));
    relay
        .nextHost()
        .follow(
            RelayToOneHost.MIXED
                .starttls(SelfSigned.forHost("localhost").serverContext())
                .extensions("AUTH PLAIN LOGIN")
                .on("AUTH", Reaction.reply(reply))
                .on("AUTH PLAIN", Reaction.reply(reply)));
    relay.restart();
    relay.deliver(
        Map.of(
            "gatewayusername", "relay",
            "gatewayPassword", "old",
            "verifyServerIdentity", "false",
            "mail.smtp.ssl.trust", "*"));
    relay.queue("outgoing").flush();
    Awaitility.await().until(() -> relay.lines().anyMatch(line -> line.startsWith("deferred")));
    assertThat(relay.lines()).noneMatch(line -> line.startsWith("bounced"));
    assertThat(relay.commands()).anyMatch(command -> command.startsWith("C: AUTH"));
  }

  @Test
  void passwordShouldNotBeGivenToAGatewayWithoutTls() throws Exception {
    relay.nextHost().follow(SmtpScript.accepting().extensions("AUTH PLAIN LOGIN"));
    relay.deliver(Map.of("gatewayUsername", "relay", "gatewayPassword", "secret"));
    relay.enqueue("a@example.org", "good@example.net");
    Awaitility.await().until(() -> relay.lines().anyMatch(line -> line.startsWith("deferred")));
    relay.awaitLine("deferred .*does not offer STARTTLS.*");
    assertThat(relay.commands()).isNotEmpty().noneMatch(command -> command.startsWith("C: AUTH"));
    relay.restart();
    relay.deliver(
        Map.of(
            "gatewayUsername", "relay",
            "gatewayPassword", "secret",
            "mail.smtp.starttls.required", "false"));
    relay.queue("outgoing").flush();
    Awaitility.await()
        .until(() -> relay.commands().anyMatch(command -> command.startsWith("C: AUTH")));
  }

  @Test
  void gatewayWithoutAnAddressShouldBeNamed() throws Exception {
    relay.deliver(Map.of("gateway", "nowhere.test", "maxDnsProblemRetries", "3"));
    relay.enqueue("a@example.org", "good@example.net");
    Awaitility.await().until(() -> relay.lines().anyMatch(line -> line.startsWith("deferred")));
    assertThat(relay.lines())
        .anyMatch(line -> line.contains("error=\"there is no nowhere.test in the DNS\""));
  }

  @Test
  void recipientThatOneHostAcceptedShouldNotBeSentAgainBecauseAnotherIsDown() throws Exception {
    int dead = FreePort.next();
    String hosts = "127.0.0.1:" + relay.nextHost().port() + ",127.0.0.1:" + dead;
    relay.deliver(Map.of("gateway", hosts, "maxRetries", "2", "delayTime", "0"));
    relay.enqueue("a@example.org", "good@example.net", "later@example.net");
    Awaitility.await().until(() -> relay.lines().anyMatch(line -> line.startsWith("bounced")));
    Awaitility.await().until(() -> relay.queue("outgoing").getSize() == 0);
    assertThat(relay.taken()).hasSize(1);
    assertThat(relay.lines().filter(line -> line.startsWith("delivered")))
        .singleElement()
        .asString()
        .contains("to=<good@example.net>");
  }

  @Test
  void mailShouldNotStandBehindASilentHostWhileThreadsAreIdle() throws Exception {
    relay
        .nextHost()
        .follow(
            SmtpScript.accepting().on("RCPT TO:<mute@", Reaction.stall(Duration.ofSeconds(30))));
    relay.deliver(Map.of());
    for (int i = 0; i < 10; i++) {
      relay.enqueue("a@example.org", "mute@example.net");
    }
    for (int i = 0; i < 100; i++) {
      relay.enqueue("a@example.org", "good@example.net");
    }
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> relay.nextHost().mails().size() == 100);
    relay.nextHost().close(); // so that the silent ones end
  }

  private void enqueueEightBit() throws Exception {
    MailImpl mail = NewMails.from("a@example.org", "m", "gr\u00fc\u00dfe", "good@example.net");
    mail.getMessage().setHeader("Content-Type", "text/plain; charset=utf-8");
    mail.getMessage().setHeader("Content-Transfer-Encoding", "8bit");
    relay.queue("outgoing").enQueue(mail);
    mail.dispose();
  }

  @Test
  void eightBitMailShouldNotGoToAHostThatTakesSevenBitsOnly() throws Exception {
    relay.nextHost().follow(SmtpScript.accepting().extensions("PIPELINING"));
    relay.deliver(Map.of());
    enqueueEightBit();
    assertThat(relay.report()).contains("Status: 5.6.3");
    assertThat(relay.taken()).isEmpty();
  }

  @Test
  void eightBitMailShouldBeConvertedOnceAndGoToTheProcessorThatSigns() throws Exception {
    relay.nextHost().follow(SmtpScript.accepting().extensions("PIPELINING"));
    relay.deliver(Map.of("eightBitProcessor", "sign"));
    enqueueEightBit();
    MailQueueItem item = Flux.from(relay.queue("spool").deQueue()).blockFirst();
    relay.awaitLine("converted .*to=<good@example.net>.*8-bit.*");
    assertThat(item.getMail().getState()).isEqualTo("sign");
    assertThat(item.getMail().getMaybeSender().asString()).isEqualTo("a@example.org");
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    item.getMail().getMessage().writeTo(octets);
    assertThat(octets.toString(StandardCharsets.UTF_8))
        .contains("quoted-printable")
        .contains("gr=C3=BC=C3=9Fe");
    relay.delivery().service(item.getMail());
    item.done(MailQueueItem.CompletionStatus.SUCCESS);
    Awaitility.await().until(() -> relay.taken().size() == 1);
  }

  /** Nothing tells its charset, and it must not leave as question marks. */
  @Test
  void headerOfEightBitsShouldBeBouncedWhereMailWouldBeConverted() throws Exception {
    relay.nextHost().follow(SmtpScript.accepting().extensions("PIPELINING"));
    relay.deliver(Map.of("eightBitProcessor", "sign"));
    MailImpl mail = NewMails.from("a@example.org", "m", "x", "good@example.net");
    byte[] octets = "Subject: gr\u00fc\u00dfe\r\n\r\nx\r\n".getBytes(StandardCharsets.UTF_8);
    mail.setMessageNoCopy(
        new RelayMessage(
            MimeMessageInputStreamSource.create("m", new ByteArrayInputStream(octets))));
    relay.queue("outgoing").enQueue(mail);
    mail.dispose();
    assertThat(relay.report()).contains("Status: 5.6.3", "Subject: gr");
    relay.awaitLine("bounced .*to=<good@example.net>.*");
    assertThat(relay.taken()).isEmpty();
  }
}
