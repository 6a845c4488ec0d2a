/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.posthouse.delivery.Limits.Rate;
import org.posthouse.queue.SpentRates;
import org.posthouse.routing.MxResolver;
import org.posthouse.smtp.TlsLevel;
import org.posthouse.spool.OpenStores;
import org.posthouse.spool.RocksSpool;
import org.posthouse.trial.Reaction;
import org.posthouse.trial.ScriptedSmtpServer;
import org.posthouse.trial.SmtpScript;

/** What the sites of one destination have together. */
class AllowancesTest extends EngineOverHosts {
  private static final int SITES = 5;

  private List<ScriptedSmtpServer> sites(SmtpScript script) throws Exception {
    List<ScriptedSmtpServer> sites = new ArrayList<>();
    for (int i = 0; i < SITES; i++) {
      sites.add(host(script));
    }
    return sites;
  }

  private List<Letter> sendToEach(List<ScriptedSmtpServer> sites, int mails, Limits limits) {
    SiteSettings settings = settings("test", TlsLevel.MAY, limits);
    return IntStream.range(0, mails * sites.size())
        .mapToObj(
            i ->
                send(
                    "a@example.org", to(sites.get(i / mails).port()), settings, i + "@example.net"))
        .toList();
  }

  private int connections() {
    return engine.sites().stream().mapToInt(SiteState::connections).sum();
  }

  @Test
  void sitesOfADestinationShouldShareItsConnections() throws Exception {
    SmtpScript slow =
        SmtpScript.accepting().on(".", Reaction.reply("250 ok").after(Duration.ofMillis(60)));
    List<ScriptedSmtpServer> sites = sites(slow);
    Limits limits = new Limits("provider", 2, 3, 100, null, Duration.ofSeconds(5));
    List<Letter> letters = sendToEach(sites, 12, limits);
    AtomicInteger before = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    Awaitility.await()
        .pollInterval(Duration.ofMillis(5))
        .until(
            () -> {
              // Sites are looked at one after another: a connection may be seen where it ends and
              // where the next begins, but not twice in a row.
              int now = connections();
              most.accumulateAndGet(Math.min(now, before.getAndSet(now)), Math::max);
              return letters.stream().allMatch(Letter::isDelivered);
            });
    assertThat(most).hasValue(2);
    // Each has a turn before any has had all: after three mails a connection goes to the next.
    Instant last = letters.stream().map(l -> l.settled()).max(Instant::compareTo).orElseThrow();
    for (int i = 0; i < SITES; i++) {
      Instant first = letters.get(12 * i).settled();
      assertThat(Duration.between(first, last)).isGreaterThan(Duration.ofMillis(400));
    }
  }

  @Test
  void silentSitesShouldHoldUpTheirSiblingsForSecondsOnly() throws Exception {
    Limits limits = limits("provider", 2, null);
    SiteSettings settings = settings("test", TlsLevel.MAY, limits);
    try (ServerSocket silent = new ServerSocket(0, 50, MxResolver.address("127.0.0.1"));
        ServerSocket mute = new ServerSocket(0, 50, MxResolver.address("127.0.0.1"))) {
      for (ServerSocket nobody : List.of(silent, mute)) {
        send("a@example.org", to(nobody.getLocalPort()), settings, "lost@example.net");
      }
      Awaitility.await().until(() -> connections() == 2);
      ScriptedSmtpServer healthy = host(SmtpScript.accepting());
      Instant start = Instant.now();
      Letter letter = send("a@example.org", to(healthy.port()), settings, "x@example.net");
      Wait wait = engine.waitOf(letter.id()).orElseThrow();
      assertThat(wait).isEqualTo(new Wait(Wait.Reason.CONNECTIONS, 0, "destination provider"));
      Awaitility.await().atMost(Duration.ofSeconds(25)).until(letter::isDelivered);
      assertThat(letter.since(start)).isLessThan(Duration.ofSeconds(18));
    }
  }

  @Test
  void sitesOfADestinationShouldShareItsRateInTurns() throws Exception {
    List<ScriptedSmtpServer> sites = sites(SmtpScript.accepting());
    Limits limits = limits("provider", 20, new Rate(10, Duration.ofSeconds(2)));
    Instant start = Instant.now();
    List<Letter> letters = sendToEach(sites, 8, limits);
    Awaitility.await().until(() -> delivered(letters) >= 30);
    assertThat(Duration.between(start, Instant.now())).isGreaterThan(Duration.ofMillis(3_900));
    for (int i = 0; i < SITES; i++) {
      assertThat(delivered(letters.subList(8 * i, 8 * i + 8))).isBetween(3L, 8L);
    }
    letters.forEach(EngineOverHosts::await);
    assertThat(Duration.between(start, Instant.now())).isGreaterThan(Duration.ofMillis(5_800));
  }

  private static long delivered(List<Letter> letters) {
    return letters.stream().filter(Letter::isDelivered).count();
  }

  @Test
  void sitesOfNoDestinationShouldHaveLimitsForThemselves() throws Exception {
    List<ScriptedSmtpServer> sites = sites(SmtpScript.accepting());
    List<Letter> letters = sendToEach(sites, 2, limits("", 1, new Rate(2, Duration.ofHours(1))));
    letters.forEach(EngineOverHosts::await);
    assertThat(letters).allMatch(Letter::isDelivered);
  }

  @Test
  void whatWasSpentOfADailyRateShouldOutliveARestart(@TempDir Path directory) throws Exception {
    Limits limits = limits("provider", 20, new Rate(4, Duration.ofDays(1)));
    List<ScriptedSmtpServer> sites = sites(SmtpScript.accepting());
    try (RocksSpool spool = OpenStores.at(directory)) {
      engine.keepRatesIn(new SpentRates(spool));
      List<Letter> first = sendToEach(sites.subList(0, 3), 1, limits);
      first.forEach(EngineOverHosts::await);
      parts.close();
    }
    begin(200);
    try (RocksSpool spool = OpenStores.at(directory)) {
      engine.keepRatesIn(new SpentRates(spool));
      List<Letter> next = sendToEach(sites.subList(3, 5), 1, limits);
      Awaitility.await().until(() -> delivered(next) == 1);
      Letter waiting = next.stream().filter(l -> !l.isDelivered()).findFirst().orElseThrow();
      Wait wait = engine.waitOf(waiting.id()).orElseThrow();
      assertThat(wait.reason()).isEqualTo(Wait.Reason.RATE);
      assertThat(wait.until() - System.currentTimeMillis())
          .isBetween(Duration.ofHours(5).toMillis(), Duration.ofHours(6).toMillis());
      parts.close();
    }
  }
}
