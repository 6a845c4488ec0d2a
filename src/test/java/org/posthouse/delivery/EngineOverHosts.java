/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.posthouse.delivery.Limits.Rate;
import org.posthouse.delivery.SiteSettings.Family;
import org.posthouse.routing.NameServers;
import org.posthouse.routing.NextHop;
import org.posthouse.routing.NextHop.Smarthost;
import org.posthouse.routing.Ourselves;
import org.posthouse.routing.ZoneServer;
import org.posthouse.server.DeliveryParts;
import org.posthouse.smtp.Timeouts;
import org.posthouse.smtp.TlsLevel;
import org.posthouse.trial.ScriptedSmtpServer;
import org.posthouse.trial.SmtpScript;

/** The engine with hosts that speak SMTP on loopback ports. */
@Timeout(60)
abstract class EngineOverHosts {
  final List<ScriptedSmtpServer> hosts = new ArrayList<>();
  ZoneServer zone;
  DeliveryParts parts;
  DeliveryEngine engine;

  @BeforeEach
  void start() throws Exception {
    zone = new ZoneServer();
    begin(200);
  }

  void begin(int connections) throws Exception {
    begin(connections, name -> name.equals("relay.test"));
  }

  void begin(int connections, Ourselves ourselves) throws Exception {
    parts =
        new DeliveryParts(
            new NameServers(List.of(zone.address()), 1000, 60).lookUps(),
            ourselves,
            Clock.systemUTC(),
            DeliveryListener.NONE,
            connections);
    engine = parts.engine();
  }

  @AfterEach
  void stop() throws Exception {
    parts.close();
    zone.close();
    for (ScriptedSmtpServer host : hosts) {
      host.close();
    }
  }

  ScriptedSmtpServer host(SmtpScript script) throws Exception {
    ScriptedSmtpServer host = ScriptedSmtpServer.start(script);
    hosts.add(host);
    return host;
  }

  static SiteSettings settings() {
    return settings(20, null);
  }

  static SiteSettings settings(int connections, Rate rate) {
    return settings(connections, rate, TlsLevel.MAY);
  }

  static SiteSettings settings(int connections, Rate rate, TlsLevel tls) {
    return settings("test", tls, limits("", connections, rate));
  }

  /** From another source, so that the same hosts are another site. */
  static SiteSettings settings(int source) {
    return settings("test" + source, TlsLevel.MAY, limits("", 20, null));
  }

  static SiteSettings settings(String source, TlsLevel tls, Limits limits) {
    return new SiteSettings(
        new Source(source, "relay.test", null, null),
        tls,
        false,
        null,
        Timeouts.DEFAULT,
        Family.IPV6_FIRST,
        limits);
  }

  static Limits limits(String destination, int connections, Rate rate) {
    return new Limits(destination, connections, 100, 100, rate, Duration.ofSeconds(5));
  }

  static NextHop to(int... ports) {
    List<Smarthost> all =
        IntStream.of(ports).mapToObj(port -> new Smarthost("127.0.0.1", port)).toList();
    return new NextHop("", all, false);
  }

  Letter send(NextHop next, String... recipients) {
    return send("a@example.org", next, settings(), recipients);
  }

  Letter send(String sender, NextHop next, SiteSettings settings, String... recipients) {
    Letter letter = new Letter(sender, next, settings, recipients);
    engine.accept(letter);
    return letter;
  }

  static void await(Letter letter) {
    Awaitility.await().until(() -> !letter.attempts().isEmpty());
  }
}
