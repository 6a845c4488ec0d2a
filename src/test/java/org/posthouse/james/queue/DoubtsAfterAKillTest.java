/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.queue;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthouse.james.RemoteDelivery;
import org.posthouse.spool.SlotFile;
import org.posthouse.trial.Reaction;
import org.posthouse.trial.ScriptedSmtpServer;
import org.posthouse.trial.SmtpScript;
import org.slf4j.LoggerFactory;

/**
 * A relay that is killed between the end of a mail and the stored outcome: a copy of its files at
 * that moment is what the next one finds.
 */
@Timeout(60)
class DoubtsAfterAKillTest {
  private static final Reaction SLOWLY =
      Reaction.reply("250 2.0.0 Message taken").after(Duration.ofSeconds(2));

  @TempDir Path scratch;
  private ScriptedSmtpServer nextHost;
  private DeliveryRig killed;
  private DeliveryRig next;
  private RemoteDelivery delivery;

  @BeforeEach
  void open() throws Exception {
    nextHost = ScriptedSmtpServer.start(RelayToOneHost.MIXED.on(".", SLOWLY));
    killed = new DeliveryRig(scratch.resolve("store"), DeliveryRig.nothing());
    delivery = killed.delivery(parameters());
  }

  @AfterEach
  void close() throws Exception {
    if (next != null) {
      next.close();
    }
    killed.close();
    nextHost.close();
  }

  private Map<String, String> parameters() {
    return Map.of(
        "gateway", "127.0.0.1:" + nextHost.port(), "sendpartial", "true", "delayTime", "1 hour");
  }

  private Path copy() throws IOException {
    Path image = scratch.resolve("image");
    Files.createDirectories(image);
    try (Stream<Path> files = Files.list(scratch.resolve("store"))) {
      for (Path file : files.toList()) {
        Files.copy(file, image.resolve(file.getFileName()));
      }
    }
    return image;
  }

  /** Begins as after a kill, before the first relay hears a reply. */
  private void next(Path store, String ambiguous) throws Exception {
    next =
        new DeliveryRig(
            store,
            DeliveryRig.relay("<delivery><ambiguous>" + ambiguous + "</ambiguous></delivery>"));
    next.delivery(parameters());
    nextHost.follow(
        SmtpScript.accepting().on("RCPT TO:<never@", Reaction.reply("550 5.1.1 Nobody here")));
    next.start();
  }

  private void awaitEnd() {
    Awaitility.await().until(() -> nextHost.mails().size() == 1);
  }

  private int slots(Path store) {
    return SlotFile.open(store.resolve("doubts.bin")).found().size();
  }

  private List<String> arrived() {
    return nextHost.mails().stream().flatMap(mail -> mail.recipients().stream()).toList();
  }

  @ParameterizedTest
  @CsvSource({"retry, deferred", "hold, held", "sent, delivered"})
  void recipientsThatAHostMayHaveShouldBeTreatedAsConfigured(String ambiguous, String fate)
      throws Exception {
    killed.start();
    killed.send(
        delivery,
        "a@example.org",
        "good@next.test",
        "never@next.test",
        "later@next.test",
        "well@next.test");
    awaitEnd();
    Path image = copy();
    next(image, ambiguous);
    Awaitility.await().until(() -> next.hasLine("delivered .*to=<later@next.test> .*tls=none .*"));
    Awaitility.await().until(() -> next.hasLine("bounced .*to=<never@next.test> .*"));
    assertThat(next.lines())
        .anyMatch(
            line ->
                line.matches(
                    fate
                        + " .*to=<good@next.test>,<well@next.test> .* host=127.0.0.1.*"
                        + " error=\"the relay ended before the answer of 127.0.0.1.* to the end of"
                        + " the mail was known; it may have taken the mail\""));
    assertThat(next.lines().filter(line -> line.contains("good@next.test"))).hasSize(1);
    assertThat(arrived()).containsExactly("good@next.test", "well@next.test", "later@next.test");
    assertThat(next.ambiguous())
        .hasSize(2)
        .allSatisfy(place -> assertThat(place.site()).isEqualTo("127.0.0.1"));
    assertThat(next.queue("outgoing").getSize()).isEqualTo(fate.equals("delivered") ? 0 : 1);
    Awaitility.await().until(() -> slots(image) == 0);
    boolean again = fate.equals("deferred");
    next.queue("outgoing").flush();
    if (again) {
      Awaitility.await().until(() -> next.hasLine("delivered .*<good@next.test>.*"));
    }
    assertThat(arrived().stream().filter("good@next.test"::equals)).hasSize(again ? 2 : 1);
  }

  /** One domain is done with at the first host, of the other somebody waits for the second. */
  @Test
  void whoHasTheMailShouldBeKnownWhileTheNextHostIsAsked() throws Exception {
    nextHost.follow(RelayToOneHost.MIXED);
    SmtpScript late =
        SmtpScript.accepting().greeting(Reaction.reply("220 hm").after(Duration.ofSeconds(4)));
    try (ScriptedSmtpServer other = ScriptedSmtpServer.start(late)) {
      String host = "<host port='%d'>127.0.0.1</host>";
      String route =
          "<routes><route><smarthosts>"
              + host.replace("%d", "" + nextHost.port())
              + host.replace("%d", "" + other.port())
              + "</smarthosts></route></routes>";
      killed.close();
      killed = new DeliveryRig(scratch.resolve("store"), DeliveryRig.relay(route));
      delivery = killed.delivery(Map.of());
      killed.start();
      killed.send(delivery, "a@example.org", "a@one.test", "b@two.test", "later@two.test");
      Awaitility.await().until(() -> killed.hasLine("delivered .*to=<a@one.test> .*"));
      Awaitility.await().until(() -> killed.hasLine("delivered .*to=<b@two.test> .*"));
      assertThat(other.mails()).isEmpty();
      Path image = copy();
      assertThat(slots(image)).isZero();
      Awaitility.await().until(() -> killed.hasLine("delivered .*to=<later@two.test> .*"));
      assertThat(killed.lines().filter(line -> line.startsWith("delivered"))).hasSize(3);
      killed.close();
      next = new DeliveryRig(image, DeliveryRig.relay(route));
      next.delivery(Map.of());
      next.start();
      Awaitility.await().until(() -> next.hasLine("delivered .*to=<later@two.test> .*"));
      assertThat(next.lines().filter(line -> line.startsWith("delivered"))).hasSize(1);
      assertThat(arrived()).containsExactlyInAnyOrder("a@one.test", "b@two.test");
      assertThat(next.ambiguous()).isEmpty();
    }
  }

  @Test
  void secondKillShouldFindTheDoubtOfTheFirst() throws Exception {
    killed.start();
    killed.send(delivery, "a@example.org", "good@next.test");
    awaitEnd();
    Path image = copy();
    try (DeliveryRig brief = new DeliveryRig(image, DeliveryRig.nothing())) {
      assertThat(brief.queue("outgoing").getSize()).isEqualTo(1);
    }
    assertThat(slots(image)).isEqualTo(1);
    next(image, "retry");
    Awaitility.await().until(() -> next.hasLine("deferred .*it may have taken the mail\""));
    assertThat(next.ambiguous()).hasSize(1);
  }

  @Test
  void entriesOfOneMailShouldEachBeInDoubt() throws Exception {
    String route =
        "<routes><route><smarthosts><host port='PORT'>127.0.0.1</host></smarthosts></route></routes>"
            .replace("PORT", "" + nextHost.port());
    killed.close();
    killed = new DeliveryRig(scratch.resolve("store"), DeliveryRig.relay(route));
    delivery = killed.delivery(Map.of());
    killed.start();
    killed.send(delivery, "a@example.org", "a@one.test", "b@two.test");
    Awaitility.await().until(() -> arrived().size() == 2);
    next =
        new DeliveryRig(
            copy(), DeliveryRig.relay(route + "<delivery><ambiguous>hold</ambiguous></delivery>"));
    next.delivery(Map.of());
    next.start();
    Awaitility.await().until(() -> next.hasLine("held .*to=<a@one.test> .*"));
    Awaitility.await().until(() -> next.hasLine("held .*to=<b@two.test> .*"));
    assertThat(arrived()).containsExactlyInAnyOrder("a@one.test", "b@two.test");
  }

  @Test
  void doubtThatAnOutcomeHasEndedShouldNotHold() throws Exception {
    Path store = scratch.resolve("store");
    nextHost.follow(SmtpScript.accepting().on(".", Reaction.stall(Duration.ofSeconds(2))));
    killed.start();
    killed.send(delivery, "a@example.org", "good@next.test");
    awaitEnd();
    Path doubts = Files.copy(store.resolve("doubts.bin"), scratch.resolve("doubts.bin"));
    Awaitility.await().until(() -> killed.hasLine("deferred .*"));
    Awaitility.await().until(() -> slots(store) == 0);
    killed.close();
    Files.copy(doubts, store.resolve("doubts.bin"), StandardCopyOption.REPLACE_EXISTING);
    next(store, "sent");
    assertThat(slots(store)).isEqualTo(1);
    next.queue("outgoing").flush();
    Awaitility.await().until(() -> next.hasLine("delivered .* tls=none .*"));
    assertThat(next.lines())
        .as("the line that the relay may not have come to")
        .anyMatch(
            line -> line.matches("deferred .*<good@.*it may have taken the mail\" logged=again"));
    assertThat(arrived()).containsExactly("good@next.test", "good@next.test");
    assertThat(next.ambiguous()).isEmpty();
    Awaitility.await().until(() -> slots(store) == 0);
  }

  /** Copies the files as the first end is about to be logged, with which it is stored. */
  private final class CopyAtFirstEnd extends AppenderBase<ILoggingEvent> {
    private final CompletableFuture<Path> copied = new CompletableFuture<>();

    @Override
    protected void append(ILoggingEvent event) {
      if (event.getFormattedMessage().matches("(delivered|bounced) .*") && !copied.isDone()) {
        try {
          copied.complete(copy());
        } catch (IOException e) {
          copied.completeExceptionally(e);
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"250 2.0.0 Taken, delivered", "554 5.6.0 Not at all, bounced"})
  void lineOfAnEndShouldBeLoggedByTheNextRelayAtTheLatest(String reply, String end)
      throws Exception {
    nextHost.follow(SmtpScript.accepting().on(".", Reaction.reply(reply)));
    CopyAtFirstEnd copying = new CopyAtFirstEnd();
    Logger log = (Logger) LoggerFactory.getLogger("org.posthouse.mail");
    copying.start();
    log.addAppender(copying);
    Path image;
    try {
      killed.start();
      killed.send(delivery, "a@example.org", "good@next.test");
      image = copying.copied.get(20, TimeUnit.SECONDS);
    } finally {
      log.detachAppender(copying);
    }
    Awaitility.await().until(() -> slots(scratch.resolve("store")) == 0);
    killed.close();
    next(image, "retry");
    assertThat(next.lines().filter(line -> line.contains("<good@next.test>")))
        .singleElement()
        .asString()
        .matches(end + " id=\\S+ to=<good@.* host=127.0.0.1.* (reply|error)=\".*\" logged=again");
    assertThat(next.queue("outgoing").getSize()).isZero();
    assertThat(slots(image)).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"250 2.0.0 Taken", "451 4.3.2 Not now", "554 5.6.0 Not at all", ""})
  void outcomeThatIsStoredShouldLeaveNoDoubt(String reply) throws Exception {
    nextHost.follow(
        SmtpScript.accepting().on(".", reply.isEmpty() ? Reaction.close() : Reaction.reply(reply)));
    killed.start();
    killed.send(delivery, "a@example.org", "good@next.test");
    Awaitility.await().until(() -> killed.hasLine("(delivered|deferred|bounced) .*"));
    assertThat(killed.ambiguous()).hasSize(reply.isEmpty() ? 1 : 0);
    Awaitility.await().until(() -> slots(scratch.resolve("store")) == 0);
  }

  @Test
  void orderlyStopShouldLeaveNoDoubt() throws Exception {
    nextHost.follow(
        SmtpScript.accepting()
            .on(".", Reaction.reply("250 2.0.0 Taken").after(Duration.ofSeconds(20))));
    killed.start();
    killed.send(delivery, "a@example.org", "good@next.test");
    awaitEnd();
    assertThat(slots(scratch.resolve("store"))).isEqualTo(1);
    killed.close();
    assertThat(killed.lines()).anyMatch(line -> line.contains("may have taken the mail"));
    assertThat(slots(scratch.resolve("store"))).isZero();
  }
}
