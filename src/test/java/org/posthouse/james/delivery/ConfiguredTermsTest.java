/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.posthouse.delivery.Attempt;
import org.posthouse.delivery.FailurePolicy;
import org.posthouse.delivery.Source;
import org.posthouse.envelope.EnhancedStatusCode;
import org.posthouse.envelope.SmtpReply;
import org.posthouse.james.queue.DeliveryTerms;
import org.posthouse.routing.NextHop.Smarthost;
import org.posthouse.smtp.Answer;
import org.posthouse.smtp.Phase;
import org.posthouse.smtp.Timeouts;

class ConfiguredTermsTest {
  private static final Answer LATER =
      new Answer(Phase.RCPT, SmtpReply.of(450, "4.2.1 Not now"), null);
  private static final Answer NEVER =
      new Answer(Phase.RCPT, SmtpReply.of(550, "5.1.1 Nobody here"), null);
  private static final Answer NO_DOMAIN =
      new Answer(
          Phase.LOOKUP,
          null,
          new Answer.Failure(
              Answer.Kind.UNREACHABLE, "there is no such domain", new EnhancedStatusCode(5, 4, 4)));
  private static final String RETRY =
      "<delivery><retry><first>10 min</first><jitter>0 %</jitter><lifetime>1 h</lifetime>"
          + "<bounceLifetime>30 min</bounceLifetime></retry></delivery>";

  private static DeliveryTerms.Failed failed(Answer answer, int attempts, Duration age) {
    Attempt.Outcome outcome =
        new Attempt.Outcome("b@next.test", FailurePolicy.of(answer), answer, null);
    return new DeliveryTerms.Failed(
        outcome, "next.test", List.of(), attempts, age, true, Duration.ZERO);
  }

  private static DeliveryTerms.Failed resting(int attempts, Duration age, Duration rest) {
    DeliveryTerms.Failed failed = failed(LATER, attempts, age);
    return new DeliveryTerms.Failed(
        failed.outcome(), failed.domain(), failed.hosts(), attempts, age, true, rest);
  }

  /** Minutes until the next attempt, one for each attempt that fails; -1 when there is none. */
  private static List<Long> waits(Answer answer, int attempts, Map<String, String> written)
      throws Exception {
    ConfiguredTerms terms = Written.terms(RETRY, written);
    return IntStream.rangeClosed(1, attempts)
        .mapToObj(attempt -> terms.again(failed(answer, attempt, Duration.ZERO)))
        .map(wait -> wait.map(Duration::toMinutes).orElse(-1L))
        .toList();
  }

  @Test
  void writtenRetriesShouldBeCountedAsInStock() throws Exception {
    assertThat(waits(LATER, 4, Map.of("delayTime", "2 * 5 minutes, 1 hour", "maxRetries", "3")))
        .containsExactly(5L, 5L, 60L, -1L);
    assertThat(waits(LATER, 3, Map.of("delayTime", "1 hour", "maxRetries", "2")))
        .as("the last wait is repeated")
        .containsExactly(60L, 60L, -1L);
    assertThat(waits(LATER, 3, Map.of("delayTime", "2 * 1 hour", "maxRetries", "1")))
        .as("raised to the number of waits")
        .containsExactly(60L, 60L, -1L);
    assertThat(waits(LATER, 3, Map.of("maxRetries", "2"))).containsExactly(360L, 360L, -1L);
    assertThat(waits(LATER, 6, Map.of("delayTime", "5 minutes")))
        .containsExactly(5L, 5L, 5L, 5L, 5L, -1L);
    ConfiguredTerms terms = Written.terms(RETRY, Map.of("maxRetries", "2"));
    assertThat(terms.again(failed(LATER, 1, Duration.ofDays(30))))
        .as("whatever the age")
        .isPresent();
    assertThat(terms.givenUp(failed(LATER, 3, Duration.ofDays(1))))
        .isEqualTo("given up after 3 attempts: 450 4.2.1 Not now");
  }

  @Test
  void retriesThatAreNotWrittenShouldGoByAge() throws Exception {
    assertThat(waits(LATER, 4, Map.of())).containsExactly(10L, 20L, 40L, 60L);
    ConfiguredTerms terms = Written.terms(RETRY, Map.of("maxDnsProblemRetries", "9"));
    assertThat(terms.again(failed(LATER, 99, Duration.ofMinutes(55))))
        .as("the last attempt, when the time is over")
        .contains(Duration.ofMinutes(5));
    assertThat(terms.again(failed(LATER, 2, Duration.ofHours(1)))).isEmpty();
    assertThat(terms.givenUp(failed(LATER, 3, Duration.ofMinutes(61))))
        .startsWith("given up after 1h: ");
  }

  @Test
  void aSitesRestShouldBeWaitedForButNotBeyondTheLifetime() throws Exception {
    Duration rest = Duration.ofMinutes(15);
    ConfiguredTerms byAge = Written.terms(RETRY, Map.of());
    assertThat(byAge.again(resting(1, Duration.ZERO, rest))).contains(rest);
    assertThat(byAge.again(resting(1, Duration.ofMinutes(55), rest)))
        .contains(Duration.ofMinutes(5));
    ConfiguredTerms byCount = Written.terms(RETRY, Map.of("delayTime", "1 minute"));
    assertThat(byCount.again(resting(1, Duration.ZERO, rest))).contains(rest);
  }

  @Test
  void domainsThatDoNotExistShouldBeTriedAsOftenAsWritten() throws Exception {
    assertThat(waits(NO_DOMAIN, 2, Map.of())).containsExactly(-1L, -1L);
    assertThat(waits(NO_DOMAIN, 3, Map.of("maxDnsProblemRetries", "2")))
        .containsExactly(10L, 20L, -1L);
    assertThat(waits(NO_DOMAIN, 3, Map.of("maxDnsProblemRetries", "2", "maxRetries", "1")))
        .as("stock's other count holds for them too")
        .containsExactly(360L, -1L, -1L);
    assertThat(waits(NEVER, 1, Map.of("maxDnsProblemRetries", "2", "maxRetries", "9")))
        .containsExactly(-1L);
  }

  @ParameterizedTest
  @CsvSource({
    "'', 45s, 7m, 3m",
    "timeout=1000, 45s, 1s, 1s",
    "timeout=0, 45s, 24h, 24h",
    "connectiontimeout=2000, 2s, 7m, 3m",
    "connectionTimeout=2000, 2s, 7m, 3m",
    "connectiontimeout=0 timeout=5, 24h, 0.005s, 0.005s",
    "timeout=1000 mail.smtp.timeout=2000, 45s, 2s, 2s",
    "timeout=1000 mail.smtps.timeout=2000, 45s, 1s, 1s",
    "sslEnable=true mail.smtps.timeout=2000, 45s, 2s, 2s",
    "connectiontimeout=1000 mail.smtp.connectiontimeout=3000, 3s, 7m, 3m",
    "mail.smtp.writetimeout=4000, 45s, 7m, 4s",
    "timeout=1000 mail.smtp.writetimeout=4000, 45s, 1s, 4s",
  })
  void timeoutsShouldBeThoseWrittenElseThoseOfRelayXml(
      String words, String connect, String mail, String content) throws Exception {
    Map<String, String> written = new HashMap<>();
    for (String word : words.isEmpty() ? new String[0] : words.split(" ", -1)) {
      written.put(word.split("=", -1)[0], word.split("=", -1)[1]);
    }
    Timeouts timeouts =
        Written.settings(
                "<destinations><default><timeouts><connect>45 s</connect><mail>7 min</mail>"
                    + "</timeouts></default></destinations>",
                written)
            .timeouts();
    assertThat(timeouts.of(Phase.CONNECT)).isEqualTo(Duration.parse("PT" + connect));
    assertThat(timeouts.of(Phase.MAIL)).isEqualTo(Duration.parse("PT" + mail));
    assertThat(timeouts.of(Phase.CONTENT)).isEqualTo(Duration.parse("PT" + content));
    assertThat(timeouts.of(Phase.QUIT)).isEqualTo(Timeouts.DEFAULT.of(Phase.QUIT));
  }

  @Test
  void nameShouldBeThatWrittenElseThatOfRelayXmlElseTheDefaultDomain() throws Exception {
    String relay = "<delivery><heloName>relay.test</heloName></delivery>";
    assertThat(source("", Map.of()).heloName()).isEqualTo("default.test");
    assertThat(source(relay, Map.of()).heloName()).isEqualTo("relay.test");
    assertThat(source(relay, Map.of("heloName", "a.test")).heloName()).isEqualTo("a.test");
    assertThat(
            source(relay, Map.of("heloName", "a.test", "mail.smtp.localhost", "b.test")).heloName())
        .isEqualTo("b.test");
  }

  private static Source source(String relay, Map<String, String> written) throws Exception {
    return Written.settings(relay, written).source();
  }

  @Test
  void localAddressShouldBeThatWrittenElseThatOfThePool() throws Exception {
    String relay =
        "<sources><pool name=\"p\"><source name=\"s\"><address>192.0.2.1</address></source></pool>"
            + "</sources><routes><route><mx/><source pool=\"p\"/></route></routes>";
    assertThat(source(relay, Map.of()).v4()).isEqualTo(InetAddress.getByName("192.0.2.1"));
    Source v4 = source(relay, Map.of("bind", "192.0.2.2"));
    assertThat(v4.v4()).isEqualTo(InetAddress.getByName("192.0.2.2"));
    assertThat(v4.v6()).isNull();
    Source v6 = source(relay, Map.of("bind", "192.0.2.2", "mail.smtp.localaddress", "2001:db8::2"));
    assertThat(v6.v4()).isNull();
    assertThat(v6.v6()).isEqualTo(InetAddress.getByName("2001:db8::2"));
  }

  @Test
  void gatewaysShouldBeReadWithTheirPortsAndWinOverRoutes() throws Exception {
    ConfiguredTerms terms =
        Written.terms(
            "<routes><route><discard/></route></routes>",
            Map.of(
                "gateway",
                "a.test, [2001:db8::1]:26,[2001:db8::2] ,10.0.0.1:27",
                "gatewayPort",
                "2525"));
    assertThat(Written.way(terms).next().smarthosts())
        .containsExactly(
            new Smarthost("a.test", 2525),
            new Smarthost("2001:db8::1", 26),
            new Smarthost("2001:db8::2", 2525),
            new Smarthost("10.0.0.1", 27));
    assertThat(Written.way(terms).next().shared()).as("loadBalancing").isTrue();
    assertThat(
            Written.way(Written.terms("", Map.of("gateway", "a", "loadBalancing", "false")))
                .next()
                .shared())
        .isFalse();
  }

  @Test
  void nobodyShouldBeLeftOutUnlessThatIsWritten() throws Exception {
    assertThat(Written.terms("", Map.of()).allOrNone()).isFalse();
    assertThat(Written.terms("", Map.of("sendpartial", "true")).allOrNone()).isFalse();
    assertThat(Written.terms("", Map.of("sendpartial", "false")).allOrNone()).isTrue();
    assertThat(
            Written.terms("", Map.of("sendpartial", "true", "mail.smtp.sendpartial", "false"))
                .allOrNone())
        .isTrue();
  }

  private static final String SOURCES =
      "<sources><pool name='p'><source name='s' heloName='s.test'><address>192.0.2.1</address>"
          + "</source></pool></sources>";

  private static List<InetAddress> addresses(String relay, Map<String, String> written)
      throws Exception {
    return Written.terms(relay, written).sources().stream().<InetAddress>map(Source::v4).toList();
  }

  @Test
  void sourcesShouldBeAllThatARouteMayLeaveBy() throws Exception {
    InetAddress pool = InetAddress.getByName("192.0.2.1");
    String all = "<routes><route><mx/><source pool='p'/></route></routes>";
    String some = all.replace("<route>", "<route senderDomain='a.test'>");
    assertThat(addresses("", Map.of())).containsOnlyNulls();
    assertThat(addresses(SOURCES + some, Map.of())).containsExactly(pool, null);
    assertThat(addresses(SOURCES + all, Map.of())).containsExactly(pool);
    assertThat(addresses("", Map.of("bind", "192.0.2.9")))
        .containsExactly(InetAddress.getByName("192.0.2.9"));
  }

  @Test
  void smarthostsShouldBeThoseOfGatewaysAndRoutes() throws Exception {
    assertThat(Written.terms("", Map.of()).smarthosts()).isEmpty();
    assertThat(Written.terms("", Map.of("gateway", "g.test")).smarthosts())
        .containsExactly(new Smarthost("g.test", 25));
  }
}
