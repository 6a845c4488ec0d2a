/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.posthouse.routing.NameServers;
import org.posthouse.routing.NextHop;
import org.posthouse.routing.NextHop.Smarthost;
import org.posthouse.routing.ZoneServer;
import org.posthouse.server.DeliveryParts;
import org.posthouse.smtp.TlsLevel;
import org.posthouse.trial.Reaction;
import org.posthouse.trial.ScriptedSmtpServer;
import org.posthouse.trial.SmtpScript;

/** More sites than connections, most of which never say a word. */
@Timeout(60)
class ScarceConnectionsTest {
  private static final int CONNECTIONS = 16;
  private static final int SILENT = 20;

  private ZoneServer zone;
  private DeliveryParts parts;

  /** Connections wait to be accepted, which nobody does. */
  private ServerSocket silent;

  @BeforeEach
  void start() throws Exception {
    zone = new ZoneServer();
    silent = new ServerSocket();
    silent.bind(new InetSocketAddress(0), 500);
    parts =
        new DeliveryParts(
            new NameServers(List.of(zone.address()), 1000, 60).lookUps(),
            name -> false,
            Clock.systemUTC(),
            DeliveryListener.NONE,
            CONNECTIONS);
  }

  @AfterEach
  void stop() throws Exception {
    parts.close();
    silent.close();
    zone.close();
  }

  private Letter send(String host, int port) {
    SiteSettings settings =
        EngineOverHosts.settings(
            "test", TlsLevel.NONE, new Limits("", 20, 100, 100, null, Duration.ofSeconds(1)));
    NextHop next = new NextHop("", List.of(new Smarthost(host, port)), false);
    Letter letter = new Letter("a@example.org", next, settings, "b@example.net");
    parts.engine().accept(letter);
    return letter;
  }

  private List<Letter> sendToTheSilent() {
    return IntStream.rangeClosed(1, SILENT)
        .mapToObj(i -> send("127.0.1." + i, silent.getLocalPort()))
        .toList();
  }

  private void awaitNoneLeft() {
    Awaitility.await()
        .until(
            () ->
                parts.engine().sites().stream().mapToInt(SiteState::connections).sum()
                    >= CONNECTIONS - CONNECTIONS / 8);
  }

  private static void assertIsDelivered(Letter letter, Duration within) {
    Instant start = Instant.now();
    Awaitility.await().atMost(within.plusSeconds(5)).until(() -> !letter.attempts().isEmpty());
    assertThat(letter.isDelivered()).isTrue();
    assertThat(letter.since(start)).isLessThan(within);
  }

  @Test
  void silentSitesShouldNotHoldUpThoseThatAreKnownToTakeMail() throws Exception {
    try (ScriptedSmtpServer known = ScriptedSmtpServer.start(SmtpScript.accepting())) {
      assertIsDelivered(send("127.0.0.1", known.port()), Duration.ofSeconds(2));
      sendToTheSilent();
      awaitNoneLeft();
      Thread.sleep(1_500); // its own connection is closed by now
      assertIsDelivered(send("127.0.0.1", known.port()), Duration.ofSeconds(1));
    }
  }

  @Test
  void silentSitesShouldHoldUpOthersForSecondsOnly() throws Exception {
    try (ScriptedSmtpServer other = ScriptedSmtpServer.start(SmtpScript.accepting())) {
      List<Letter> lost = sendToTheSilent();
      awaitNoneLeft();
      assertIsDelivered(send("127.0.0.1", other.port()), Duration.ofSeconds(18));
      // any of the silent may have been the one that gave its connection up
      Awaitility.await().until(() -> lost.stream().anyMatch(l -> !l.outcomes().isEmpty()));
      assertThat(lost.stream().flatMap(l -> l.outcomes().stream()).findFirst().orElseThrow())
          .contains("DEFERRED")
          .contains("15 s, and others wait for the connection");
    }
  }

  @Test
  void aSilentHostShouldHaveItsTimeWhileNobodyWaits() throws Exception {
    SmtpScript late =
        SmtpScript.accepting().greeting(Reaction.reply("220 hm").after(Duration.ofSeconds(17)));
    try (ScriptedSmtpServer slow = ScriptedSmtpServer.start(late)) {
      assertIsDelivered(send("127.0.0.1", slow.port()), Duration.ofSeconds(20));
    }
  }
}
