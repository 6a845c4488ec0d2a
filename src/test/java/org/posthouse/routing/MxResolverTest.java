/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthouse.routing.LookUp.Verdict;
import org.xbill.DNS.Cache;
import org.xbill.DNS.DClass;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.lookup.LookupSession;

@Timeout(30)
class MxResolverTest {
  private ZoneServer server;
  private MxResolver resolver;

  @BeforeEach
  void start() throws Exception {
    server = new ZoneServer();
    SimpleResolver dns = new SimpleResolver(server.address());
    dns.setTimeout(Duration.ofMillis(500));
    LookupSession session =
        LookupSession.builder().resolver(dns).cache(new Cache(DClass.IN)).build();
    resolver =
        new MxResolver(new NameLookUps(session), Set.of("relay.test")::contains, new Random(1));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private List<String> hosts(String domain) {
    MailHosts found = resolver.hosts(domain).join();
    assertThat(found.none()).isNull();
    return found.hosts().stream().map(host -> host.preference() + " " + host.name()).toList();
  }

  private MailHosts.None none(String domain) {
    return resolver.hosts(domain).join().none();
  }

  private LookUp<InetAddress> addresses(String host) {
    return resolver.addresses(new MailHost(host, 10, null)).join();
  }

  @Test
  void hostsShouldBeInOrderOfPreference() throws Exception {
    server
        .with("a.test. 60 IN MX 20 two.test.")
        .with("a.test. 60 IN MX 10 One.test.")
        .with("a.test. 60 IN MX 30 three.test.");
    assertThat(hosts("A.test")).containsExactly("10 one.test", "20 two.test", "30 three.test");
  }

  @Test
  void equalHostsShouldShareTheMail() throws Exception {
    for (String host : List.of("one", "two", "three")) {
      server.with("a.test. 60 IN MX 10 " + host + ".test.");
    }
    Set<String> first = new HashSet<>();
    for (int i = 0; i < 50; i++) {
      first.add(hosts("a.test").get(0));
    }
    assertThat(first).hasSize(3);
  }

  @Test
  void domainWithoutExchangerShouldBeItsOwn() throws Exception {
    server.with("a.test. 60 IN A 192.0.2.1");
    assertThat(hosts("a.test")).containsExactly("0 a.test");
    assertThat(addresses("a.test").found()).containsExactly(InetAddress.getByName("192.0.2.1"));
  }

  @Test
  void aliasShouldBeFollowed() throws Exception {
    server
        .with("alias.test. 60 IN CNAME a.test.")
        .with("a.test. 60 IN MX 10 mx.test.")
        .with("mx.test. 60 IN CNAME host.test.")
        .with("host.test. 60 IN A 192.0.2.1");
    assertThat(hosts("alias.test")).containsExactly("10 mx.test");
    assertThat(addresses("mx.test").found()).hasSize(1);
  }

  @Test
  void nullExchangerShouldRefuseForGood() throws Exception {
    server.with("a.test. 60 IN MX 0 .");
    assertThat(none("a.test").status()).hasToString("5.1.10");
    assertThat(none("a.test").isPermanent()).isTrue();
  }

  @Test
  void nullExchangerBesideOthersShouldNotCount() throws Exception {
    server.with("a.test. 60 IN MX 0 .").with("a.test. 60 IN MX 10 mx.test.");
    assertThat(hosts("a.test")).containsExactly("10 mx.test");
  }

  @Test
  void nameThatDoesNotExistShouldBePermanent() {
    assertThat(none("nowhere.test").status()).hasToString("5.1.2");
    assertThat(none("nowhere.test").text()).contains("nowhere.test");
  }

  @Test
  void failureOfTheServerShouldBeTemporary() throws Exception {
    server.fail("a.test.");
    assertThat(none("a.test").status()).hasToString("4.4.3");
    assertThat(none("a.test").isPermanent()).isFalse();
    assertThat(addresses("a.test").verdict()).isEqualTo(Verdict.SERVER_FAILURE);
  }

  @Test
  void silenceOfTheServerShouldBeTemporaryAndHoldUpNobodyElse() throws Exception {
    server.with("b.test. 60 IN MX 10 mx.test.");
    server.ignore("a.test.");
    CompletableFuture<MailHosts> waiting = resolver.hosts("a.test");
    assertThat(hosts("b.test")).hasSize(1);
    assertThat(waiting).as("b.test was found meanwhile").isNotDone();
    assertThat(waiting.join().none().status()).hasToString("4.4.3");
    assertThat(addresses("a.test").verdict()).isEqualTo(Verdict.TIMEOUT);
  }

  @Test
  void answersShouldBeKeptAndAbsenceToo() throws Exception {
    server.with("a.test. 60 IN MX 10 mx.test.").with("mx.test. 60 IN A 192.0.2.1");
    for (int i = 0; i < 5; i++) {
      hosts("a.test");
      addresses("mx.test");
      none("nowhere.test");
    }
    assertThat(server.questions())
        .containsExactlyInAnyOrder("a.test. MX", "mx.test. A", "mx.test. AAAA", "nowhere.test. MX");
  }

  @Test
  void addressesShouldBeOfBothFamilies() throws Exception {
    server.with("mx.test. 60 IN A 192.0.2.1").with("mx.test. 60 IN AAAA 2001:db8::1");
    assertThat(addresses("mx.test").found())
        .containsExactly(InetAddress.getByName("2001:db8::1"), InetAddress.getByName("192.0.2.1"));
  }

  @ParameterizedTest
  @CsvSource({"mx.test. 60 IN TXT x, NO_DATA", "other.test. 60 IN A 192.0.2.1, NO_SUCH_NAME"})
  void hostWithoutAddressShouldSayWhy(String record, Verdict verdict) throws Exception {
    server.with(record);
    LookUp<InetAddress> found = addresses("mx.test");
    assertThat(found.verdict()).isEqualTo(verdict);
    assertThat(found.isTemporary()).isFalse();
  }

  @Test
  void mailShouldOnlyGoToHostsThatAreBetterThanTheRelay() throws Exception {
    server
        .with("a.test. 60 IN MX 10 better.test.")
        .with("a.test. 60 IN MX 20 relay.test.")
        .with("a.test. 60 IN MX 20 equal.test.")
        .with("a.test. 60 IN MX 30 worse.test.");
    assertThat(hosts("a.test")).containsExactly("10 better.test");
  }

  @Test
  void mailThatWouldComeBackShouldBeRefused() throws Exception {
    server.with("a.test. 60 IN MX 10 Relay.Test.").with("a.test. 60 IN MX 20 worse.test.");
    server.with("relay.test. 60 IN A 192.0.2.1");
    assertThat(none("a.test").status()).hasToString("5.4.6");
    assertThat(none("relay.test").status()).hasToString("5.4.6");
  }

  @Test
  void internationalDomainShouldBeAskedForByItsALabel() throws Exception {
    server.with("xn--bcher-kva.test. 60 IN MX 10 mx.test.");
    assertThat(hosts("b\u00fccher.test")).containsExactly("10 mx.test");
  }

  @ParameterizedTest
  @CsvSource({
    "[192.0.2.1], 192.0.2.1",
    "[IPv6:2001:db8::1], 2001:db8::1",
    "[ipv6:2001:DB8::1], 2001:db8::1"
  })
  void literalShouldBeItsOwnAddress(String domain, String address) throws Exception {
    MailHost host = resolver.hosts(domain).join().hosts().get(0);
    assertThat(resolver.addresses(host).join().found())
        .containsExactly(InetAddress.getByName(address));
    assertThat(server.questions()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"[192.0.2.256]", "[2001:db8::1]", "[192.0.2.1", "[]", "[IPv6:x]", "[a.test]"})
  void literalThatIsNoneShouldBeRefused(String domain) {
    assertThat(none(domain).status()).hasToString("5.1.2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "..", "a..test"})
  void whatIsNoNameShouldBeRefused(String domain) {
    assertThat(none(domain).status()).hasToString("5.1.2");
  }

  @Test
  void tooLongALabelShouldBeRefused() {
    assertThat(none("a".repeat(64) + ".test").status()).hasToString("5.1.2");
  }
}
