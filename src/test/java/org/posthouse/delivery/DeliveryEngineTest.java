/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthouse.delivery.Limits.Rate;
import org.posthouse.routing.NextHop;
import org.posthouse.smtp.TlsLevel;
import org.posthouse.trial.FreePort;
import org.posthouse.trial.Reaction;
import org.posthouse.trial.ScriptedSmtpServer;
import org.posthouse.trial.SelfSigned;
import org.posthouse.trial.SmtpScript;

/** Who goes next, and to whom. */
class DeliveryEngineTest extends EngineOverHosts {
  @Test
  void aSlowSiteShouldNotDelayAnother() throws Exception {
    ScriptedSmtpServer slow =
        host(
            SmtpScript.accepting()
                .greeting(Reaction.reply("220 hm").after(Duration.ofSeconds(15))));
    ScriptedSmtpServer quick = host(SmtpScript.accepting());
    for (int i = 0; i < 40; i++) {
      send(to(slow.port()), "slow" + i + "@example.net");
    }
    Awaitility.await().until(() -> slow.connections() > 0);
    Instant start = Instant.now();
    List<Letter> others =
        IntStream.range(0, 20).mapToObj(i -> send(to(quick.port()), i + "@example.com")).toList();
    others.forEach(DeliveryEngineTest::await);
    assertThat(others).allMatch(Letter::isDelivered);
    assertThat(others).allMatch(letter -> letter.since(start).toMillis() < 500);
  }

  @Test
  void manySlowSitesShouldLeaveConnectionsToOthers() throws Exception {
    parts.close();
    begin(20);
    for (int i = 0; i < 12; i++) {
      ScriptedSmtpServer slow =
          host(
              SmtpScript.accepting()
                  .greeting(Reaction.reply("220 hm").after(Duration.ofSeconds(15))));
      for (int j = 0; j < 10; j++) {
        send(to(slow.port()), "slow" + j + "@example.net");
      }
    }
    Awaitility.await().until(() -> hosts.stream().allMatch(host -> host.connections() > 0));
    ScriptedSmtpServer quick = host(SmtpScript.accepting());
    Instant start = Instant.now();
    List<Letter> others =
        IntStream.range(0, 20).mapToObj(i -> send(to(quick.port()), i + "@example.com")).toList();
    others.forEach(DeliveryEngineTest::await);
    assertThat(others).allMatch(letter -> letter.since(start).toMillis() < 1_000);
  }

  @Test
  void connectionsShouldBeKeptForTheNextMail() throws Exception {
    ScriptedSmtpServer host = host(SmtpScript.accepting());
    for (int i = 0; i < 30; i++) {
      Letter letter = send(to(host.port()), i + "@example.net");
      await(letter);
      assertThat(letter.isDelivered()).isTrue();
    }
    assertThat(host.connections()).isLessThanOrEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"close", "421"})
  void aConnectionThatEndsBetweenMailsShouldBeNoFailure(String way) throws Exception {
    ScriptedSmtpServer host = host(SmtpScript.accepting());
    await(send(to(host.port()), "first@example.net"));
    Reaction end =
        way.equals("close") ? Reaction.close() : Reaction.reply("421 4.4.2 Idle").thenClose();
    host.follow(SmtpScript.accepting().times(1, "MAIL FROM:", end));
    Letter second = send(to(host.port()), "second@example.net");
    await(second);
    assertThat(second.outcomes()).singleElement().asString().contains("DELIVERED");
    assertThat(host.connections()).isGreaterThanOrEqualTo(2);
  }

  @Test
  void aSiteThatIsDownShouldCostOneAttemptAndNotOneForEachMail() throws Exception {
    ScriptedSmtpServer host = host(SmtpScript.accepting().greeting(Reaction.reply("554 No")));
    List<Letter> letters =
        IntStream.range(0, 50).mapToObj(i -> send(to(host.port()), i + "@example.net")).toList();
    letters.forEach(DeliveryEngineTest::await);
    assertThat(letters)
        .allMatch(letter -> letter.outcomes().get(0).contains("DEFERRED 554 No"))
        .allMatch(letter -> letter.attempts().get(0).notBefore() > System.currentTimeMillis());
    // Two at first; on a cold machine one more with each half second that they take.
    assertThat(host.connections()).isLessThanOrEqualTo(5);
  }

  @Test
  void mailOfAnotherSenderShouldNotWaitForABulkRun() throws Exception {
    ScriptedSmtpServer host =
        host(SmtpScript.accepting().on(".", Reaction.reply("250 ok").after(Duration.ofMillis(50))));
    SiteSettings one = settings(1, null);
    List<Letter> bulk =
        IntStream.range(0, 200)
            .mapToObj(i -> send("bulk@example.org", to(host.port()), one, i + "@example.net"))
            .toList();
    Letter single = send("single@example.org", to(host.port()), one, "x@example.net");
    await(single);
    assertThat(single.isDelivered()).isTrue();
    assertThat(bulk.stream().filter(letter -> !letter.attempts().isEmpty()).count()).isLessThan(20);
  }

  @Test
  void ratesShouldBeKept() throws Exception {
    ScriptedSmtpServer host = host(SmtpScript.accepting());
    SiteSettings slow = settings(20, new Rate(5, Duration.ofSeconds(1)));
    Instant start = Instant.now();
    List<Letter> letters =
        IntStream.range(0, 15)
            .mapToObj(i -> send("a@example.org", to(host.port()), slow, i + "@example.net"))
            .toList();
    letters.forEach(DeliveryEngineTest::await);
    assertThat(Duration.between(start, Instant.now())).isGreaterThan(Duration.ofMillis(1_900));
    assertThat(letters).allMatch(Letter::isDelivered);
  }

  @Test
  void recipientsBeyondWhatAHostTakesShouldBeLeftForTheNextTransaction() throws Exception {
    ScriptedSmtpServer host =
        host(
            SmtpScript.accepting()
                .on("RCPT TO:<c@", Reaction.reply("452 4.5.3 Too many recipients")));
    Letter letter = send(to(host.port()), "a@example.net", "b@example.net", "c@example.net");
    await(letter);
    assertThat(letter.outcomes())
        .containsExactly(
            "a@example.net DELIVERED 250 2.0.0 Message taken",
            "b@example.net DELIVERED 250 2.0.0 Message taken");
    ScriptedSmtpServer few =
        host(SmtpScript.accepting().extensions("PIPELINING", "LIMITS RCPTMAX=2"));
    Letter other = send(to(few.port()), "a@example.net", "b@example.net", "c@example.net");
    await(other);
    assertThat(other.outcomes()).hasSize(2);
  }

  @Test
  void aBrokenHandshakeShouldBeFollowedByClearTextWhereThatMayBe() throws Exception {
    SelfSigned certificate = SelfSigned.forHost("next.example");
    ScriptedSmtpServer host =
        host(SmtpScript.accepting().brokenStarttls(certificate.serverContext()));
    Letter letter = send(to(host.port()), "good@example.net");
    await(letter);
    assertThat(letter.isDelivered()).isTrue();
    Letter strict =
        send(
            "a@example.org",
            to(host.port()),
            settings(20, null, TlsLevel.ENCRYPT),
            "good@example.net");
    await(strict);
    assertThat(strict.outcomes()).singleElement().asString().matches(".*DEFERRED .*handshake.*");
  }

  @Test
  void namesThatLeadNowhereShouldBounceAndSilentServersHoldUpNobodyElse() throws Exception {
    zone.ignore("silent.test.");
    zone.with("null.test. 60 IN MX 0 .").with("gone.test. 60 IN MX 10 nowhere.test.");
    ScriptedSmtpServer host = host(SmtpScript.accepting());
    Letter silent = send(NextHop.mx("silent.test"), "a@silent.test");
    Letter unknown = send(NextHop.mx("unknown.test"), "a@unknown.test");
    Letter none = send(NextHop.mx("null.test"), "a@null.test");
    Letter gone = send(NextHop.mx("gone.test"), "a@gone.test");
    Letter other = send(to(host.port()), "good@example.net");
    await(other);
    await(unknown);
    await(none);
    await(gone);
    assertThat(other.isDelivered()).isTrue();
    assertThat(unknown.outcomes()).singleElement().asString().contains("BOUNCED there is no");
    assertThat(none.outcomes()).singleElement().asString().contains("BOUNCED null.test takes no");
    assertThat(gone.outcomes()).singleElement().asString().contains("BOUNCED there is no");
    assertThat(silent.attempts()).isEmpty();
  }

  @Test
  void whoWaitsShouldBeReleasedAtAStop() throws Exception {
    ScriptedSmtpServer host =
        host(SmtpScript.accepting().on(".", Reaction.reply("250 ok").after(Duration.ofSeconds(1))));
    SiteSettings one = settings(1, null);
    List<Letter> letters =
        IntStream.range(0, 10)
            .mapToObj(i -> send("a@example.org", to(host.port()), one, i + "@example.net"))
            .toList();
    Awaitility.await().until(() -> !host.mails().isEmpty());
    engine.stop();
    Awaitility.await().until(() -> !engine.isBusy());
    assertThat(letters.stream().filter(Letter::isReleased).count()).isEqualTo(9);
    assertThat(letters.stream().filter(Letter::isDelivered).count()).isEqualTo(1);
  }

  @Test
  void whoWaitsForTheDnsShouldBeGivenBackToo() throws Exception {
    zone.ignore("silent.test.");
    Letter one = send(NextHop.mx("silent.test"), "a@silent.test");
    Letter other = send(NextHop.mx("silent.test"), "b@silent.test");
    engine.withdraw(one::equals);
    assertThat(one.isReleased()).isTrue();
    assertThat(reason(one)).isNull();
    assertThat(other.isReleased()).isFalse();
    assertThat(reason(other)).isEqualTo(Wait.Reason.DNS);
  }

  @Test
  void whatAMailWaitsForShouldBeKnown() throws Exception {
    zone.ignore("silent.test.");
    ScriptedSmtpServer slow =
        host(SmtpScript.accepting().on(".", Reaction.reply("250 ok").after(Duration.ofSeconds(2))));
    SiteSettings one = settings(1, null);
    Letter first = send("a@example.org", to(slow.port()), one, "1@example.net");
    Letter second = send("a@example.org", to(slow.port()), one, "2@example.net");
    Letter unknown = send(NextHop.mx("silent.test"), "a@silent.test");
    SiteSettings limited = settings(5, new Rate(1, Duration.ofSeconds(20)));
    ScriptedSmtpServer quick = host(SmtpScript.accepting());
    Letter third = send("a@example.org", to(quick.port()), limited, "3@example.net");
    Letter fourth = send("a@example.org", to(quick.port()), limited, "4@example.net");
    await(third);
    assertThat(reason(first)).isEqualTo(Wait.Reason.ATTEMPT);
    assertThat(reason(second)).isEqualTo(Wait.Reason.WINDOW);
    assertThat(reason(unknown)).isEqualTo(Wait.Reason.DNS);
    assertThat(reason(fourth)).isEqualTo(Wait.Reason.RATE);
    Wait wait = engine.waitOf(fourth.id()).orElseThrow();
    assertThat(wait.until() - System.currentTimeMillis()).isBetween(10_000L, 20_000L);
    assertThat(engine.sites()).hasSize(2).anyMatch(site -> site.waiting() == 1);
  }

  private Wait.Reason reason(Letter letter) {
    return engine.waitOf(letter.id()).map(Wait::reason).orElse(null);
  }

  @Test
  void aSiteThatComesBackShouldGetWhoWasPutOffAtOnce() throws Exception {
    int port = FreePort.next();
    List<Letter> letters =
        IntStream.range(0, 10)
            .mapToObj(
                i ->
                    new Letter("a@example.org", to(port), settings(), i + "@example.net")
                        .recallable(engine))
            .toList();
    letters.forEach(engine::accept);
    letters.forEach(DeliveryEngineTest::await);
    assertThat(letters).noneMatch(Letter::isDelivered);
    ScriptedSmtpServer host =
        ScriptedSmtpServer.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
            SmtpScript.accepting(),
            mail -> {});
    hosts.add(host);
    Awaitility.await()
        .atMost(Duration.ofSeconds(45))
        .until(() -> letters.stream().allMatch(Letter::isDelivered));
    assertThat(letters).allMatch(letter -> letter.attempts().size() == 2);
  }

  @Test
  void oneMailToSeveralDomainsOfASiteShouldBeOneTransaction() throws Exception {
    ScriptedSmtpServer host =
        host(
            SmtpScript.accepting()
                .on("RCPT TO:<never@", Reaction.reply("550 5.1.1 Nobody"))
                .on(".", Reaction.reply("250 ok").after(Duration.ofMillis(300))));
    SiteSettings one = settings(1, null);
    Letter before = send("a@example.org", to(host.port()), one, "first@example.net");
    List<Letter> copies = new ArrayList<>();
    for (String recipient : List.of("b@one.test", "never@two.test", "c@three.test")) {
      copies.add(new Letter("a@example.org", to(host.port()), one, recipient).copy());
    }
    copies.forEach(engine::accept);
    Letter after = send("a@example.org", to(host.port()), one, "last@example.net");
    await(after);
    assertThat(host.mails()).hasSize(3);
    assertThat(host.mails().get(1).recipients()).containsExactly("b@one.test", "c@three.test");
    assertThat(copies.get(0).outcomes()).containsExactly("b@one.test DELIVERED 250 ok");
    assertThat(copies.get(1).outcomes()).containsExactly("never@two.test BOUNCED 550 5.1.1 Nobody");
    assertThat(copies.get(2).isDelivered()).isTrue();
    assertThat(before.isDelivered()).isTrue();
  }

  @Test
  void aSiteShouldKeepAWindowOfItsMailInMemoryAndLeaveRoomToOtherSenders() throws Exception {
    ScriptedSmtpServer stuck =
        host(SmtpScript.accepting().on("MAIL FROM:", Reaction.stall(Duration.ofSeconds(50))));
    List<Letter> bulk =
        IntStream.range(0, 5_000)
            .mapToObj(i -> send(to(stuck.port()), i + "@example.net"))
            .toList();
    Letter other = send("b@example.org", to(stuck.port()), settings(), "x@example.net");
    Awaitility.await().until(() -> bulk.stream().filter(Letter::isPutBack).count() > 2_900);
    assertThat(engine.sites())
        .singleElement()
        .satisfies(site -> assertThat(site.waiting()).isBetween(1_900, 2_001));
    assertThat(other.isPutBack()).isFalse();
  }
}
