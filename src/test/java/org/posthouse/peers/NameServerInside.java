/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@link NameServerTest} runs. */
class NameServerInside {
  private static final String FIRST = "192.0.2.31";
  private static final String SECOND = "192.0.2.32";
  private static final String SIX = "fd00:db8::31";

  private static final String ZONE =
      """
      first A 192.0.2.31
      second A 192.0.2.32
      six AAAA fd00:db8::31
      both A 192.0.2.31
      both AAAA fd00:db8::31
      closed A 192.0.2.10
      absent A 192.0.2.99
      other CNAME first
      preferred MX 10 first
      preferred MX 20 second
      first-closed MX 10 closed
      first-closed MX 20 second
      first-absent MX 10 absent
      first-absent MX 20 second
      first-nameless MX 10 no-such-name
      first-nameless MX 20 second
      first-broken MX 10 mx.broken.test.
      first-broken MX 20 second
      only-broken MX 10 mx.broken.test.
      only-closed MX 10 closed
      only-nameless MX 10 no-such-name
      null MX 0 .
      mx-cname MX 10 other
      alias CNAME preferred
      without-mx A 192.0.2.32
      six-without-mx AAAA fd00:db8::31
      six-only MX 10 six
      dual MX 10 both
      nothing TXT "no host"
      circle-one CNAME circle-two
      circle-two CNAME circle-one
      long 3600 MX 10 first
      late 3600 MX 10 first
      """;

  private static final List<AutoCloseable> PEERS = new ArrayList<>();
  private static ZoneServer zones;
  private static Relay relay;

  @TempDir static Path home;

  @BeforeAll
  static void start() throws Exception {
    for (String address : List.of(FIRST, SECOND, SIX, "192.0.2.33")) {
      PEERS.add(SmtpSink.start(address, List.of()));
    }
    zones = ZoneServer.start(Map.of("zone.test", ZONE + many(), "broken.test", ""));
    PEERS.add(zones);
    relay = Relay.start(home, "");
  }

  /** More than fits into a datagram, so it is asked for again by TCP. */
  private static String many() {
    String least =
        IntStream.range(0, 120)
            .mapToObj(i -> "many MX 20 host-with-quite-a-long-name-" + i + ".zone.test.\n")
            .collect(Collectors.joining());
    return least + "many MX 10 second\n";
  }

  @AfterAll
  static void stop() throws Exception {
    relay.close();
    for (AutoCloseable peer : PEERS) {
      peer.close();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "preferred, first, 192.0.2.31",
    "first-closed, second, 192.0.2.32",
    "first-absent, second, 192.0.2.32",
    "first-nameless, second, 192.0.2.32",
    "first-broken, second, 192.0.2.32",
    "mx-cname, other, 192.0.2.31",
    "alias, first, 192.0.2.31",
    "without-mx, without-mx, 192.0.2.32",
    "six-without-mx, six-without-mx, fd00:db8:0:0:0:0:0:31",
    "six-only, six, fd00:db8:0:0:0:0:0:31",
    "dual, both, fd00:db8:0:0:0:0:0:31",
    "many, second, 192.0.2.32"
  })
  void mailShouldReachTheHost(String domain, String host, String address) throws Exception {
    assertThat(sent("bob@" + domain + ".zone.test"))
        .startsWith("delivered ")
        .contains("host=" + host + ".zone.test[" + address + "]");
  }

  @ParameterizedTest
  @CsvSource({
    "null.zone.test, takes no mail (null MX)",
    "nxdomain.zone.test, there is no nxdomain.zone.test in the DNS",
    "nothing.zone.test, nothing.zone.test has no A record",
    "only-nameless.zone.test, there is no no-such-name.zone.test in the DNS"
  })
  void mailThatNoHostTakesShouldBounce(String domain, String reason) throws Exception {
    assertThat(sent("bob@" + domain)).startsWith("bounced ").contains("error=", reason);
  }

  @ParameterizedTest
  @CsvSource({
    "bob@broken.test, could not tell the MX records of broken.test",
    "bob@not-served.test, REFUSED",
    "bob@only-broken.zone.test, could not tell the AAAA records of mx.broken.test",
    "bob@circle-one.zone.test, redirect loop",
    "bob@only-closed.zone.test, refused"
  })
  void mailThatNobodyCanDecideAboutShouldWait(String recipient, String reason) throws Exception {
    assertThat(sent(recipient)).startsWith("deferred ").containsIgnoringCase(reason);
  }

  /** The engine keeps hosts for 30 s whatever the TTL, and the resolver for as long as it says. */
  @Test
  void changeShouldBeSeenWhereNothingIsKnown() throws Exception {
    assertThat(sent("one@long.zone.test")).contains("host=first.zone.test");
    String third = "third A 192.0.2.33\n";
    zones.publish(
        "zone.test",
        ZONE.concat(many())
            .replace("long 3600 MX 10 first", "long 3600 MX 10 third")
            .replace("late 3600 MX 10 first", "late 3600 MX 10 third")
            .concat(third));
    assertThat(sent("two@long.zone.test")).contains("host=first.zone.test");
    assertThat(sent("one@late.zone.test")).contains("host=third.zone.test[192.0.2.33]");
  }

  private static String sent(String recipient) throws Exception {
    relay.submit("alice@preferred.zone.test", recipient, "Subject: hello\r\n\r\nhello\r\n");
    return relay.fate(recipient);
  }
}
