/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.net.InetAddresses;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.posthouse.identity.Identity;

class ClientAddressesTest {
  private final Map<String, List<InetAddress>> zone = new ConcurrentHashMap<>();
  private final AtomicLong nanos = new AtomicLong();

  private Collection<InetAddress> lookup(String host) throws UnknownHostException {
    List<InetAddress> found = zone.get(host);
    if (found == null) {
      throw new UnknownHostException(host);
    }
    return found;
  }

  private static AddressRule network(String identity, String networks) {
    return new AddressRule(identity, Set.of("printers"), Networks.parse(networks), List.of());
  }

  private static AddressRule host(String identity, String host) {
    return new AddressRule(identity, Set.of("apps"), Networks.NONE, List.of(host));
  }

  private static Optional<String> name(ClientAddresses rules, String address) {
    return rules.identify(InetAddresses.forString(address)).map(Identity::name);
  }

  private HostAddresses hosts(String... names) {
    return new HostAddresses(List.of(names), this::lookup, Duration.ofMillis(20), nanos::get);
  }

  @Test
  void theFirstRuleThatFitsShouldDecide() {
    try (HostAddresses hosts = hosts()) {
      ClientAddresses rules =
          new ClientAddresses(
              List.of(
                  network("printer-3", "192.0.2.17, 2001:db8::/64"),
                  network("office", "192.0.2.0/24")),
              hosts);
      assertThat(name(rules, "192.0.2.17")).contains("printer-3");
      assertThat(name(rules, "192.0.2.18")).contains("office");
      assertThat(name(rules, "2001:db8::1:2:3")).contains("printer-3");
      assertThat(name(rules, "::ffff:192.0.2.17")).contains("printer-3");
      assertThat(name(rules, "2001:db8:0:1::1")).isEmpty();
      assertThat(name(rules, "203.0.113.1")).isEmpty();
      Identity printer = rules.identify(InetAddresses.forString("192.0.2.17")).orElseThrow();
      assertThat(printer.source()).isEqualTo("network");
      assertThat(printer.groups()).containsExactly("printers");
    }
  }

  @Test
  void hostShouldBeKnownByTheAddressesThatItsNameHasNow() {
    zone.put("crm.example", List.of(InetAddresses.forString("192.0.2.7")));
    try (HostAddresses hosts = hosts("crm.example")) {
      ClientAddresses rules = new ClientAddresses(List.of(host("crm", "crm.example")), hosts);
      Awaitility.await().until(() -> name(rules, "192.0.2.7").isPresent());
      zone.put(
          "crm.example",
          List.of(InetAddresses.forString("192.0.2.8"), InetAddresses.forString("2001:db8::8")));
      Awaitility.await().until(() -> name(rules, "2001:db8::8").isPresent());
      assertThat(name(rules, "192.0.2.8")).contains("crm");
      assertThat(name(rules, "192.0.2.7")).isEmpty();
    }
  }

  @Test
  void hostThatCannotBeLookedUpShouldKeepItsAddressesForAnHour() {
    zone.put("crm.example", List.of(InetAddresses.forString("192.0.2.7")));
    try (HostAddresses hosts = hosts("crm.example", "gone.example")) {
      ClientAddresses rules =
          new ClientAddresses(
              List.of(host("x", "gone.example"), host("crm", "crm.example")), hosts);
      Awaitility.await().until(() -> name(rules, "192.0.2.7").isPresent());
      zone.clear();
      nanos.addAndGet(Duration.ofMinutes(59).toNanos());
      assertThat(name(rules, "192.0.2.7")).contains("crm");
      nanos.addAndGet(Duration.ofMinutes(1).toNanos());
      Awaitility.await().until(() -> name(rules, "192.0.2.7").isEmpty());
    }
  }
}
