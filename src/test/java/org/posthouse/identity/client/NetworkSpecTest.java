/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkSpecTest {
  private static final List<String> GONE = new ArrayList<>();

  private static Networks networks(String text) {
    return Networks.of(NetworkSpec.parseAll(text), NetworkSpecTest::resolve, GONE::add);
  }

  private static InetAddress resolve(String host) throws UnknownHostException {
    if (host.equals("gone.example")) {
      throw new UnknownHostException(host);
    }
    return InetAddress.getByName(host.equals("app.example") ? "192.0.2.7" : host);
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.0/8, 127.9.9.9, 128.0.0.1",
    "10.1.2.3/255.255.0.0, 10.1.9.9, 10.2.0.0",
    "127.*, 127.1.2.3, 126.1.2.3",
    "192.0.2.*, 192.0.2.255, 192.0.3.0",
    "192.0.2.1, 192.0.2.1, 192.0.2.2",
    "192.0.2.128/25, 192.0.2.129, 192.0.2.127",
    "app.example, 192.0.2.7, 192.0.2.8",
    "app.example/24, 192.0.2.8, 192.0.3.7",
    "2001:db8:0:0:0:0:0:1, 2001:db8::1, 2001:db8::2",
    "2001:db8::1/128, 2001:db8::1, 2001:db8::2",
    "2001:db8::/64, 2001:db8:0:0:ffff::1, 2001:db8:0:1::1",
    "2001:db8::/32, 2001:db8:ffff::1, 2001:db9::1",
    "0.0.0.0/0, 203.0.113.1, 2001:db8::1"
  })
  void networkShouldHoldItsAddressesAndNoOther(String network, String inside, String outside) {
    assertThat(networks(network).contains(inside)).isTrue();
    assertThat(networks(network).contains(outside)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0.0/x",
        "10.0.0.0/",
        "10.0.0/8",
        "10.0.0.o",
        "300.1.1.1",
        "300.*",
        "10.0.0.0/255.0.255.0",
        "10.0.0.0/255.255.255.256",
        "2001:db8::/129",
        "2001:db8:::1",
        "::ffff:192.0.2.1",
        "not a_host",
        "a..b"
      })
  void whatIsNoNetworkShouldBeRefused(String text) {
    assertThatThrownBy(() -> NetworkSpec.parseAll(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("'");
  }

  @Test
  void networksOfIpv6ThatStockTakesForOthersShouldBeTold() {
    assertThat(NetworkSpec.problemsForStock("10.0.0.0/8, 2001:db8::1, 2001:db8::/64")).isEmpty();
    assertThat(NetworkSpec.problemsForStock("2001:db8::1/128, 2001:db8::/32")).hasSize(2);
    assertThat(NetworkSpec.problemsForStock("10.0.0.0/33")).hasSize(1);
  }

  @Test
  void hostWithoutAnAddressShouldGiveNobodyARight() {
    Networks networks = networks("gone.example, 192.0.2.1");
    assertThat(networks.ranges()).hasSize(1);
    assertThat(GONE).contains("gone.example");
    assertThat(networks.contains("192.0.2.1")).isTrue();
    assertThat(Networks.NONE.contains("127.0.0.1")).isFalse();
  }
}
