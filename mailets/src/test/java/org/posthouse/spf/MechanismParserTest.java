/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spf;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthouse.spf.Mechanism.Prefixes;

class MechanismParserTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "al",
        "all:",
        "all/0",
        "a:",
        "a/",
        "a//",
        "a/33",
        "a//129",
        "a/24/64",
        "a///64",
        "a:/24",
        "a:b.test/",
        "a:b.test//",
        "a/08",
        "a/1x",
        "mx:/",
        "ptr:",
        "ptr/24",
        "include",
        "include:",
        "exists",
        "exists:b.test/24",
        "ip4",
        "ip4:",
        "ip4:1.2.3",
        "ip4:1.2.3.4.5",
        "ip4:1.2.3.256",
        "ip4:01.2.3.4",
        "ip4:1.2.3.4/",
        "ip4:1.2.3.4/33",
        "ip4:1.2.3.4//32",
        "ip4:1.2.3.-4",
        "ip4/24",
        "ip4:::1",
        "ip4:1.2.3.4.",
        "ip6",
        "ip6:",
        "ip6:1.2.3.4",
        "ip6:::/129",
        "ip6:::/",
        "ip6:::1%1",
        "ip6:1::2::3",
        "ip6:12345::",
        "ip6:1:2:3:4:5:6:7:8:9",
        "ip6:1:2:3",
        "ip6:::1.2.3.256",
        "ip6:::01.2.3.4",
        "ip6:[::1]",
        "ip6/24",
        "ip6:g::",
        "ip6:1:2:3:4:5:6:7:1.2.3.4"
      })
  void malformedMechanismShouldBeRefused(String text) {
    assertThat(MechanismParser.parse(text)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "::",
        "::1",
        "1::",
        "2001:DB8::1",
        "1:2:3:4:5:6:7:8",
        "::1.2.3.4",
        "1:2:3:4:5:6:1.2.3.4",
        "1::3:4:5:6:7:8",
        "fe80::",
        "::ffff:0:192.0.2.1"
      })
  void addressOfIpv6ShouldBeRead(String text) throws Exception {
    Mechanism.Network network = (Mechanism.Network) MechanismParser.parse("IP6:" + text + "/64");

    assertThat(network.octets()).isEqualTo(InetAddress.getByName(text).getAddress());
    assertThat(network.bits()).isEqualTo(64);
  }

  @Test
  void prefixesShouldBeReadFromTheEnd() {
    assertThat(MechanismParser.parse("a"))
        .isEqualTo(new Mechanism.Address(null, new Prefixes(32, 128)));
    assertThat(MechanismParser.parse("MX/24"))
        .isEqualTo(new Mechanism.Exchangers(null, new Prefixes(24, 128)));
    assertThat(MechanismParser.parse("a//64"))
        .isEqualTo(new Mechanism.Address(null, new Prefixes(32, 64)));
    assertThat(MechanismParser.parse("a:b/c.test/0//0"))
        .isEqualTo(new Mechanism.Address(MacroString.domainSpec("b/c.test"), new Prefixes(0, 0)));
    assertThat(MechanismParser.parse("a:%{d/}"))
        .isEqualTo(new Mechanism.Address(MacroString.domainSpec("%{d/}"), Prefixes.WHOLE));
  }
}
