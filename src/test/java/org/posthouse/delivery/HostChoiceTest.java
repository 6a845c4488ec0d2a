/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthouse.delivery.SiteSettings.Family;
import org.posthouse.routing.MxResolver;
import org.posthouse.routing.NextHop;
import org.posthouse.routing.NextHop.Smarthost;
import org.posthouse.routing.Ourselves;
import org.posthouse.smtp.Timeouts;
import org.posthouse.smtp.TlsLevel;
import org.posthouse.trial.FreePort;
import org.posthouse.trial.Reaction;
import org.posthouse.trial.ScriptedSmtpServer;
import org.posthouse.trial.SmtpScript;

/** Which of its hosts has the mail of a site. */
class HostChoiceTest extends EngineOverHosts {
  @Test
  void aHostThatCannotSayShouldBeFollowedByTheNextForThoseRecipientsOnly() throws Exception {
    ScriptedSmtpServer first =
        host(
            SmtpScript.accepting()
                .on("RCPT TO:<grey@", Reaction.reply("450 4.7.1 Greylisted"))
                .on("RCPT TO:<never@", Reaction.reply("550 5.1.1 Nobody")));
    ScriptedSmtpServer second = host(SmtpScript.accepting());
    Letter letter =
        send(
            to(first.port(), second.port()),
            "good@example.net",
            "grey@example.net",
            "never@example.net");
    await(letter);
    assertThat(letter.outcomes())
        .containsExactlyInAnyOrder(
            "good@example.net DELIVERED 250 2.0.0 Message taken",
            "never@example.net BOUNCED 550 5.1.1 Nobody",
            "grey@example.net DELIVERED 250 2.0.0 Message taken");
    assertThat(second.mails().get(0).recipients()).containsExactly("grey@example.net");
    assertThat(letter.doubts())
        .as("who was accepted may have it twice until all of it is stored")
        .containsExactly("127.0.0.1: [good@example.net]", "127.0.0.1: [grey@example.net]");
  }

  @Test
  void whoHasTheMailShouldBeStoredBeforeTheNextHostIsAsked() throws Exception {
    ScriptedSmtpServer first =
        host(SmtpScript.accepting().on("RCPT TO:<grey@", Reaction.reply("450 4.7.1 Greylisted")));
    ScriptedSmtpServer second =
        host(
            SmtpScript.accepting().greeting(Reaction.reply("220 hm").after(Duration.ofSeconds(2))));
    Letter letter = send(to(first.port(), second.port()), "good@example.net", "grey@example.net");
    Awaitility.await().until(() -> !letter.settledEarly().isEmpty());
    assertThat(letter.settledEarly()).containsExactly("good@example.net");
    assertThat(letter.attempts()).isEmpty();
    await(letter);
    assertThat(letter.isDelivered()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"554 5.3.2 No service", "421 4.3.2 Full", "nonsense"})
  void aHostThatRefusesUsShouldBeFollowedByTheNext(String greeting) throws Exception {
    ScriptedSmtpServer first = host(SmtpScript.accepting().greeting(Reaction.reply(greeting)));
    ScriptedSmtpServer second = host(SmtpScript.accepting());
    Letter letter = send(to(FreePort.next(), first.port(), second.port()), "good@example.net");
    await(letter);
    assertThat(letter.isDelivered()).isTrue();
  }

  @Test
  void ambiguousMailShouldNotBeSentToTheNextHost() throws Exception {
    ScriptedSmtpServer first = host(SmtpScript.accepting().on(".", Reaction.close()));
    ScriptedSmtpServer second = host(SmtpScript.accepting());
    Letter letter = send(to(first.port(), second.port()), "good@example.net");
    await(letter);
    assertThat(letter.outcomes()).singleElement().asString().contains("DEFERRED");
    assertThat(letter.attempts().get(0).outcomes().get(0).answer().isAmbiguous()).isTrue();
    assertThat(second.mails()).isEmpty();
    assertThat(letter.doubts()).containsExactly("127.0.0.1: [good@example.net]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"451 4.3.2 Not now", "554 5.6.0 Not at all"})
  void aMailThatAHostHasRefusedShouldBeInNoDoubt(String reply) throws Exception {
    ScriptedSmtpServer host =
        host(SmtpScript.accepting().on(".", Reaction.reply(reply).after(Duration.ofSeconds(1))));
    Letter letter = send(to(host.port()), "good@example.net");
    Awaitility.await().until(() -> !letter.doubts().isEmpty());
    await(letter);
    assertThat(letter.doubts()).isEmpty();
  }

  @Test
  void mailShouldGoToTheFallbackWhenNobodyElseIsThere() throws Exception {
    ScriptedSmtpServer relay = host(SmtpScript.accepting());
    Letter other = new Letter("a@example.org", to(relay.port()), settings(), "x@example.net");
    Letter letter =
        new Letter("a@example.org", to(FreePort.next()), settings(), "x@example.net").or(other);
    engine.accept(letter);
    await(other);
    assertThat(other.isDelivered()).isTrue();
    assertThat(letter.attempts()).isEmpty();
  }

  /** Domains of one site may have routes of their own. */
  @Test
  void mailWithoutAFallbackShouldBePutOffBesideMailThatHasOne() throws Exception {
    ScriptedSmtpServer relay = host(SmtpScript.accepting());
    ScriptedSmtpServer host =
        host(SmtpScript.accepting().on(".", Reaction.reply("250 ok").after(Duration.ofSeconds(1))));
    Limits limits = new Limits("", 1, 1, 100, null, Duration.ofSeconds(5));
    SiteSettings one = settings("test", TlsLevel.MAY, limits);
    Letter before = send("x@example.org", to(host.port()), one, "x@example.net");
    Awaitility.await().until(() -> host.connections() == 1);
    Letter other = new Letter("a@example.org", to(relay.port()), settings(), "a@one.test");
    Letter first = new Letter("a@example.org", to(host.port()), one, "a@one.test").copy().or(other);
    Letter second = new Letter("a@example.org", to(host.port()), one, "b@two.test").copy();
    engine.accept(first);
    engine.accept(second);
    host.follow(SmtpScript.accepting().greeting(Reaction.reply("554 No service")));
    await(before);
    await(other);
    await(second);
    assertThat(other.isDelivered()).isTrue();
    assertThat(second.outcomes()).singleElement().asString().contains("DEFERRED 554");
  }

  @Test
  void hostsOfOnePreferenceShouldAllBeTried() throws Exception {
    ScriptedSmtpServer host = host(SmtpScript.accepting());
    NextHop next =
        new NextHop(
            "",
            List.of(
                new Smarthost("127.0.0.1", FreePort.next()),
                new Smarthost("127.0.0.1", host.port())),
            true);
    Instant start = Instant.now();
    Letter letter = send(next, "x@example.net");
    await(letter);
    assertThat(letter.isDelivered()).isTrue();
    assertThat(letter.since(start)).isLessThan(Duration.ofSeconds(10));
  }

  @Test
  void hostsOfOnePreferenceShouldShareTheMailThoughOneHasIpv6() throws Exception {
    zone.with("six.test. 60 IN AAAA ::1").with("four.test. 60 IN A 127.0.0.1");
    try (ServerSocket six = new ServerSocket(0, 50, MxResolver.address("::1"));
        ServerSocket four = new ServerSocket(0, 50, MxResolver.address("127.0.0.1"))) {
      NextHop next =
          new NextHop(
              "",
              List.of(
                  new Smarthost("six.test", six.getLocalPort()),
                  new Smarthost("four.test", four.getLocalPort())),
              true);
      // Settings that differ make other sites, each of which connects once.
      for (int i = 0; i < 40; i++) {
        send("a@example.org", next, settings(i), i + "@example.net");
      }
      six.setSoTimeout(5_000);
      four.setSoTimeout(5_000);
      List<Socket> reached = new ArrayList<>();
      for (int i = 0; i < 5; i++) { // by chance one in 100,000 times
        reached.add(six.accept());
        reached.add(four.accept());
      }
      for (Socket socket : reached) {
        socket.close();
      }
    }
  }

  /** On one event loop of several the end of the one that lost is told within the other's. */
  @Test
  void aSilentAddressBesideAGoodOneShouldHoldUpNoMail() throws Exception {
    ScriptedSmtpServer good = host(SmtpScript.accepting());
    try (ServerSocket silent = new ServerSocket(0, 1, MxResolver.address("127.0.0.1"));
        Socket one = new Socket(silent.getInetAddress(), silent.getLocalPort());
        Socket two = new Socket(silent.getInetAddress(), silent.getLocalPort())) {
      assertThat(one.isConnected() && two.isConnected()).as("who comes next is not heard").isTrue();
      Smarthost first = new Smarthost("127.0.0.1", silent.getLocalPort());
      NextHop next = new NextHop("", List.of(first, new Smarthost("127.0.0.1", good.port())), true);
      List<Letter> letters =
          IntStream.range(0, 60)
              .mapToObj(i -> send("a@example.org", next, settings(i), i + "@example.net"))
              .toList();
      letters.forEach(HostChoiceTest::await);
      assertThat(letters).allMatch(Letter::isDelivered);
    }
  }

  @Test
  void theRelaysOwnDoorsShouldBeNoNextHop() throws Exception {
    ScriptedSmtpServer door = host(SmtpScript.accepting());
    ScriptedSmtpServer better = host(SmtpScript.accepting().greeting(Reaction.reply("421 Busy")));
    ScriptedSmtpServer worse = host(SmtpScript.accepting());
    Set<Integer> doors = Set.of(25, door.port());
    parts.close();
    begin(
        200,
        new Ourselves() {
          @Override
          public boolean isName(String host) {
            return false;
          }

          @Override
          public boolean isDoor(InetSocketAddress address) {
            return doors.contains(address.getPort());
          }
        });
    zone.with("loop.test. 60 IN MX 10 other.test.").with("other.test. 60 IN A 127.0.0.1");
    Letter loop = send(NextHop.mx("loop.test"), "a@loop.test");
    Letter gateway = send(to(door.port()), "b@example.net");
    Letter backup = send(to(better.port(), door.port(), worse.port()), "c@example.net");
    await(loop);
    await(gateway);
    await(backup);
    assertThat(loop.outcomes()).singleElement().asString().contains("BOUNCED", "its own doors");
    assertThat(gateway.outcomes()).singleElement().asString().contains("DEFERRED", "its own doors");
    assertThat(backup.outcomes()).singleElement().asString().contains("DEFERRED", "Busy");
    assertThat(door.connections() + worse.connections()).isZero();
  }

  @Test
  void aSiteThatNoSourceLeadsToShouldSayThatThisIsWhatItWaitsFor() throws Exception {
    SiteSettings sixOnly =
        new SiteSettings(
            new Source("test", "relay.test", null, null),
            TlsLevel.MAY,
            false,
            null,
            Timeouts.DEFAULT,
            Family.IPV6_ONLY,
            limits("", 20, null));
    Letter letter = send("a@example.org", to(FreePort.next()), sixOnly, "a@example.net");
    await(letter);
    assertThat(engine.sites())
        .singleElement()
        .satisfies(site -> assertThat(site.next().reason()).isEqualTo(Wait.Reason.NO_SOURCE));
    assertThat(letter.outcomes().get(0)).contains("DEFERRED", "no address of a family");
  }
}
