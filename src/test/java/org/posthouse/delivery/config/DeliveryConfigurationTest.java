/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.posthouse.delivery.Limits;
import org.posthouse.delivery.Limits.Rate;
import org.posthouse.delivery.RetrySchedule;
import org.posthouse.delivery.SiteSettings;
import org.posthouse.delivery.SiteSettings.Family;
import org.posthouse.delivery.Source;
import org.posthouse.delivery.config.Route.Target;
import org.posthouse.routing.NextHop;
import org.posthouse.routing.NextHop.Smarthost;
import org.posthouse.smtp.Phase;
import org.posthouse.smtp.SessionSettings.Login;
import org.posthouse.smtp.Timeouts;
import org.posthouse.smtp.TlsLevel;

class DeliveryConfigurationTest {
  private static final String PASSWORD = "s3cret pass";
  private static final Source ANY = new Source("default", "host.example.org", null, null);

  @TempDir Path home;

  @BeforeEach
  void createPassword() throws Exception {
    Files.createDirectories(home.resolve("conf"));
    Files.writeString(home.resolve("conf/secret"), PASSWORD + "\n");
  }

  private RelayXml full() throws Exception {
    return RelayXml.read(home, Files.readString(Path.of("test/resources/relay/full.xml")));
  }

  private DeliveryConfiguration of(String xml) throws Exception {
    RelayXml read = RelayXml.read(home, xml);
    assertThat(read.problems()).isEmpty();
    return read.delivery();
  }

  private static RouteQuery query(String recipient, String sender, @Nullable String login) {
    return new RouteQuery(recipient, sender, login, name -> Optional.empty());
  }

  private static RouteQuery attribute(String name, String value) {
    return new RouteQuery(
        "a.example", "", null, asked -> Optional.of(value).filter(v -> asked.equals(name)));
  }

  private static String destination(
      DeliveryConfiguration delivery, String domain, List<String> mx) {
    return delivery.settings(domain, mx, ANY).limits().destination();
  }

  @Test
  void emptyFileShouldMeanTheDefaults() throws Exception {
    DeliveryConfiguration delivery = of("<relay/>");
    assertThat(delivery.connections()).isEqualTo(2000);
    assertThat(delivery.softBounce()).isFalse();
    assertThat(delivery.ambiguous()).isEqualTo(Ambiguous.RETRY);
    assertThat(delivery.doubleBounce()).isEqualTo(DoubleBounce.DROP);
    assertThat(delivery.choose(null, 0.5)).isEqualTo(ANY);
    assertThat(delivery.route(query("a.example", "b.example", null))).isEmpty();
    assertThat(destination(delivery, "a.example", List.of("mx.a.example"))).isEmpty();
    assertThat(delivery.settings("a.example", List.of("mx.a.example"), ANY))
        .isEqualTo(
            new SiteSettings(
                ANY,
                TlsLevel.MAY,
                false,
                null,
                Timeouts.DEFAULT,
                Family.IPV6_FIRST,
                new Limits("", 20, 100, 100, null, Duration.ofSeconds(5))));
    assertThat(delivery.retry("a.example", List.of())).isEqualTo(RetrySchedule.DEFAULT);
    assertThat(delivery.delayWarning("a.example", List.of())).contains(Duration.ofHours(4));
  }

  @Test
  void emptyElementsShouldMeanTheSame() throws Exception {
    DeliveryConfiguration delivery =
        of(
            "<relay><delivery><retry/></delivery><sources/>"
                + "<destinations><default><timeouts/></default></destinations><routes/></relay>");
    assertThat(delivery.settings("a.example", List.of(), ANY).limits().connections()).isEqualTo(20);
  }

  @Test
  void everyKeyShouldBeInTheFullFile() throws Exception {
    RelayXml full = full();
    assertThat(full.problems()).isEmpty();
    assertThat(full.warnings()).allMatch(text -> text.contains("can be read by everybody"));
    TreeSet<String> missing = new TreeSet<>(full.settings().known());
    missing.removeIf(
        key -> full.values().containsKey(key) || !full.values().configurationsAt(key).isEmpty());
    assertThat(missing).isEmpty();
  }

  @Test
  void examplesOfTheShippedFileShouldBeRight() throws Exception {
    Files.writeString(home.resolve("conf/smarthost-password"), PASSWORD);
    String shipped = Files.readString(Path.of("../conf/relay.xml"));
    String examples = shipped.replaceAll("(?s)<!--[^<]*?:\n\n(.*?)-->", "$1");
    DeliveryConfiguration delivery = of(examples);
    assertThat(delivery.route(query("a.example", "", null)).flatMap(Route::smarthosts)).isPresent();
    assertThat(destination(delivery, "a.example", List.of("a.mx.example.com"))).isNotEmpty();
    assertThat(of(shipped).route(query("a.example", "", null))).isEmpty();
  }

  @Test
  void deliveryShouldBeMapped() throws Exception {
    DeliveryConfiguration delivery = full().delivery();
    assertThat(delivery.connections()).isEqualTo(500);
    assertThat(delivery.softBounce()).isTrue();
    assertThat(delivery.ambiguous()).isEqualTo(Ambiguous.HOLD);
    assertThat(delivery.doubleBounce()).isEqualTo(DoubleBounce.POSTMASTER);
    assertThat(delivery.choose(null, 0).heloName()).isEqualTo("relay.example.org");
  }

  @Test
  void retriesShouldBeMappedAndOverridden() throws Exception {
    DeliveryConfiguration delivery =
        of(
            """
            <relay>
              <delivery><retry>
                <first>1 min</first><factor>1.5</factor><longest>1 h</longest>
                <jitter>10 %</jitter><lifetime>3 d</lifetime><bounceLifetime>2 d</bounceLifetime>
                <delayWarning>4 h</delayWarning>
              </retry></delivery>
              <destinations>
                <destination name="a" domain="a.example">
                  <retry><lifetime>1 d</lifetime><delayWarning>never</delayWarning></retry>
                </destination>
              </destinations>
            </relay>
            """);
    RetrySchedule all =
        new RetrySchedule(
            Duration.ofMinutes(1),
            1.5,
            Duration.ofHours(1),
            0.1,
            Duration.ofDays(3),
            Duration.ofDays(2));
    assertThat(delivery.retry("b.example", List.of())).isEqualTo(all);
    assertThat(delivery.delayWarning("b.example", List.of())).hasValue(Duration.ofHours(4));
    assertThat(delivery.retry("a.example", List.of()).lifetime()).isEqualTo(Duration.ofDays(1));
    assertThat(delivery.retry("a.example", List.of()).first()).isEqualTo(Duration.ofMinutes(1));
    assertThat(delivery.delayWarning("a.example", List.of())).isEmpty();
  }

  @Test
  void destinationsShouldBeMapped() throws Exception {
    DeliveryConfiguration delivery = full().delivery();
    assertThat(delivery.settings("a.example", List.of("mx.a.example"), ANY))
        .isEqualTo(
            new SiteSettings(
                ANY,
                TlsLevel.ENCRYPT,
                false,
                null,
                timeouts(1),
                Family.IPV4_FIRST,
                new Limits(
                    "", 10, 50, 20, new Rate(100, Duration.ofMinutes(1)), Duration.ofSeconds(2))));
    List<String> provider = List.of("A.mx.example.", "mx.example");
    assertThat(destination(delivery, "x.example", provider)).isEqualTo("provider");
    assertThat(delivery.settings("x.example", provider, ANY))
        .isEqualTo(
            new SiteSettings(
                ANY,
                TlsLevel.SECURE,
                false,
                null,
                timeouts(21),
                Family.IPV6_ONLY,
                new Limits("provider", 5, 4, 3, null, Duration.ZERO)));
    assertThat(delivery.retry("x.example", provider).factor()).isEqualTo(4);
    assertThat(delivery.delayWarning("x.example", provider)).hasValue(Duration.ofHours(5));
    assertThat(delivery.retry("a.example", List.of()).factor()).isEqualTo(3);
    assertThat(delivery.delayWarning("a.example", List.of())).isEmpty();
  }

  private static Timeouts timeouts(int first) {
    Timeouts timeouts = Timeouts.DEFAULT;
    int seconds = first;
    for (Phase phase : EnumSet.complementOf(EnumSet.of(Phase.LOOKUP))) {
      timeouts = timeouts.with(phase, Duration.ofSeconds(seconds));
      seconds++;
    }
    return timeouts;
  }

  @Test
  void mostPreciseDestinationShouldWin() throws Exception {
    DeliveryConfiguration delivery =
        of(
            """
            <relay><destinations>
              <destination name="all" mx="*.mx.example"/>
              <destination name="one" mx="one.mx.example"/>
              <destination name="deep" mx="*.deep.mx.example"/>
              <destination name="domains" domain="*.shop.example"/>
              <destination name="domain" domain="b&#xfc;cher.shop.example"/>
            </destinations></relay>
            """);
    assertThat(destination(delivery, "x.example", List.of("two.mx.example"))).isEqualTo("all");
    assertThat(destination(delivery, "x.example", List.of("one.mx.example"))).isEqualTo("one");
    assertThat(destination(delivery, "x.example", List.of("a.deep.mx.example"))).isEqualTo("deep");
    // All hosts must be meant, and the least precise of them counts.
    assertThat(destination(delivery, "x.example", List.of("one.mx.example", "b.mx.example")))
        .isEqualTo("all");
    assertThat(destination(delivery, "x.example", List.of("one.mx.example", "x.y.example")))
        .isEmpty();
    assertThat(destination(delivery, "x.example", List.of("mx.example"))).isEmpty();
    assertThat(destination(delivery, "a.shop.example", List.of("one.mx.example")))
        .isEqualTo("domains");
    assertThat(destination(delivery, "B\u00fccher.Shop.Example", List.of())).isEqualTo("domain");
    assertThat(destination(delivery, "xn--bcher-kva.shop.example", List.of())).isEqualTo("domain");
  }

  @Test
  void routeShouldBeTakenWhenAllItsConditionsHold() throws Exception {
    DeliveryConfiguration delivery = full().delivery();
    RouteQuery right =
        new RouteQuery(
            "Sub.Partner.example",
            "EXAMPLE.org",
            "Alice@example.org",
            name -> Optional.of("fast").filter(value -> name.equals("lane")));
    assertThat(delivery.route(right)).hasValueSatisfying(r -> assertThat(r.number()).isEqualTo(1));
    for (RouteQuery wrong :
        List.of(
            new RouteQuery("x.example", "example.org", "bob", right.attribute()),
            new RouteQuery("partner.example", "x.example", "bob", right.attribute()),
            new RouteQuery("partner.example", "", "bob", right.attribute()),
            new RouteQuery("partner.example", "example.org", "carol", right.attribute()),
            new RouteQuery("partner.example", "example.org", null, right.attribute()),
            query("partner.example", "example.org", "bob"))) {
      assertThat(delivery.route(wrong)).as(wrong.toString()).isEmpty();
    }
    assertThat(delivery.route(attribute("lane", "later")).map(Route::target)).hasValue(Target.HOLD);
    assertThat(delivery.route(query("a.example", "gone.example", null)).map(Route::target))
        .hasValue(Target.DISCARD);
    assertThat(delivery.route(query("a.example", "bulk.example", null)).map(Route::target))
        .hasValue(Target.MX);
  }

  @Test
  void smarthostsShouldBeMapped() throws Exception {
    DeliveryConfiguration delivery = full().delivery();
    Route route =
        delivery
            .route(
                new RouteQuery(
                    "partner.example", "example.org", "bob", name -> Optional.of("fast")))
            .orElseThrow();
    Smarthosts smarthosts = route.smarthosts().orElseThrow();
    assertThat(smarthosts.hosts())
        .containsExactly(
            new Smarthost("smtp.partner.example", 2465), new Smarthost("2001:db8::25", 465));
    assertThat(smarthosts.shared()).isTrue();
    assertThat(smarthosts.login()).hasValue(new Login("relay", PASSWORD));
    assertThat(route.fallback()).containsExactly(new Smarthost("192.0.2.99", 2525));
    assertThat(route.pool().map(SourcePool::name)).hasValue("bulk");
    assertThat(delivery.heloNames()).contains(route.pool().get().choose(0).heloName());
    assertThat(route.name()).isEqualTo("route 1 (line 107)");
    assertThat(route.nextHop("partner.example"))
        .isEqualTo(new NextHop("", smarthosts.hosts(), true));
    SiteSettings site = delivery.settings(smarthosts, List.of("smtp.partner.example"), ANY);
    assertThat(site.tls()).isEqualTo(TlsLevel.SECURE);
    assertThat(site.implicitTls()).isTrue();
    assertThat(site.login()).isEqualTo(new Login("relay", PASSWORD));
    assertThat(site.limits().connections()).isEqualTo(10);
    assertThat(route + " " + smarthosts + " " + site).doesNotContain(PASSWORD);
  }

  @Test
  void smarthostShouldBeTreatedAsItsDestination() throws Exception {
    DeliveryConfiguration delivery =
        of(
            """
            <relay>
              <destinations>
                <destination name="plain" mx="smtp.example"><tls>none</tls></destination>
              </destinations>
              <routes><route><smarthosts><host>smtp.example</host></smarthosts></route></routes>
            </relay>
            """);
    Smarthosts hosts =
        delivery.route(query("a.example", "", null)).flatMap(Route::smarthosts).orElseThrow();
    assertThat(hosts.hosts()).containsExactly(new Smarthost("smtp.example", 25));
    assertThat(hosts.shared()).isFalse();
    assertThat(delivery.settings(hosts, List.of("smtp.example"), ANY).tls())
        .isEqualTo(TlsLevel.NONE);
    Smarthosts implicit =
        new Smarthosts(hosts.hosts(), false, Optional.empty(), true, Optional.empty());
    assertThat(delivery.settings(implicit, List.of("smtp.example"), ANY).tls())
        .isEqualTo(TlsLevel.MAY);
  }

  @Test
  void routeWithoutAHopShouldSaySo() throws Exception {
    DeliveryConfiguration delivery =
        of("<relay><routes><route login='a'><mx/></route><route><hold/></route></routes></relay>");
    assertThat(delivery.route(query("A.example", "", "a")).map(r -> r.nextHop("A.example")))
        .hasValue(NextHop.mx("a.example"));
    Route hold = delivery.route(query("a.example", "", null)).orElseThrow();
    assertThatThrownBy(() -> hold.nextHop("a.example")).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void sourcesShouldBeChosenByWeight() throws Exception {
    DeliveryConfiguration delivery = full().delivery();
    SourcePool pool =
        delivery.route(query("a.example", "bulk.example", null)).flatMap(Route::pool).orElseThrow();
    Source first =
        new Source(
            "bulk-1",
            "bulk1.example.org",
            (Inet4Address) InetAddress.getByName("192.0.2.10"),
            (Inet6Address) InetAddress.getByName("2001:db8::10"));
    assertThat(delivery.choose(pool, 0)).isEqualTo(first);
    assertThat(delivery.choose(pool, 0.749)).isEqualTo(first);
    for (double random : new double[] {0.751, 0.999, 1}) {
      Source second = delivery.choose(pool, random);
      assertThat(second.name()).isEqualTo("bulk-2");
      assertThat(second.heloName()).isEqualTo("relay.example.org");
      assertThat(second.v6()).isNull();
    }
  }
}
