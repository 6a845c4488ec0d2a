/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spf;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MacroExpansionTest {
  private static final String DOMAIN = "email.example.com";

  private static MacroExpansion expansion(String client) throws Exception {
    SpfRequest request =
        new SpfRequest(
            InetAddress.getByName(client),
            "helo.example.org",
            "strong-bad@email.example.com",
            "mx.example.net",
            Instant.ofEpochSecond(1_800_000_000));
    ClientAddress address = ClientAddress.of(request.client());
    return new MacroExpansion(request, Sender.of(request), address, domain -> "p." + domain);
  }

  /** The examples of RFC 7208 section 7.4. */
  @ParameterizedTest
  @CsvSource({
    "%{s},strong-bad@email.example.com",
    "%{o},email.example.com",
    "%{d},email.example.com",
    "%{d4},email.example.com",
    "%{d3},email.example.com",
    "%{d2},example.com",
    "%{d1},com",
    "%{dr},com.example.email",
    "%{d2r},example.email",
    "%{l},strong-bad",
    "%{l-},strong.bad",
    "%{lr},strong-bad",
    "%{lr-},bad.strong",
    "%{l1r-},strong",
    "%{ir}.%{v}._spf.%{d2},3.2.0.192.in-addr._spf.example.com",
    "%{lr-}.lp._spf.%{d2},bad.strong.lp._spf.example.com",
    "%{lr-}.lp.%{ir}.%{v}._spf.%{d2},bad.strong.lp.3.2.0.192.in-addr._spf.example.com",
    "%{ir}.%{v}.%{l1r-}.lp._spf.%{d2},3.2.0.192.in-addr.strong.lp._spf.example.com",
    "%{d2}.trusted-domains.example.net,example.com.trusted-domains.example.net"
  })
  void examplesOfTheRfcShouldExpand(String text, String expected) throws Exception {
    assertThat(expansion("192.0.2.3").name(MacroString.domainSpec(text), DOMAIN))
        .isEqualTo(expected);
  }

  @Test
  void ipv6ShouldExpandToNibbles() throws Exception {
    MacroString text = MacroString.domainSpec("%{ir}.%{v}._spf.%{d2}");

    assertThat(expansion("2001:db8::cb01").name(text, DOMAIN))
        .isEqualToIgnoringCase(
            "1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6._spf.example.com");
  }

  @ParameterizedTest
  @CsvSource({
    "%{c},192.0.2.3",
    "%{r} at %{t},mx.example.net at 1800000000",
    "%{h}%%%_%-,helo.example.org% %20",
    "%{S},strong-bad%40email.example.com",
    "%{p},p.email.example.com",
    "%{D2R},example.email",
    "%{l10r+-},bad.strong",
    "a.,a."
  })
  void explanationsShouldExpand(String text, String expected) throws Exception {
    assertThat(expansion("192.0.2.3").explanation(MacroString.explanation(text), DOMAIN))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "%", "%{", "%{}", "%{d", "%{x}", "%{d0}", "%{d00r}", "%{d2rr}", "%{dr2}", "%{d;}", "%a",
        "x%", "%{d}%", "\t", "\u00e9", "%{ d}", "%{dd}"
      })
  void malformedMacrosShouldBeRefused(String text) {
    assertThat(MacroString.explanation(text)).isNull();
    assertThat(MacroString.domainSpec(text + ".example.com")).isNull();
    assertThat(MacroString.isMacroString(text)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "com",
        "com.",
        "%{d}com",
        "%{d}.",
        "%{d}.1",
        "a.-b",
        "a.b-",
        "a.b_c",
        "a..",
        "%{c}",
        "%{r}.com",
        "a b.com"
      })
  void whatDoesNotEndLikeADomainShouldBeRefused(String text) {
    assertThat(MacroString.domainSpec(text)).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.b", "a.b.", "_a.b-c", "%{d}.c", "%{d}", "%%", "..a", "a.1b", "a..b"})
  void whatEndsLikeADomainShouldBeTaken(String text) {
    assertThat(MacroString.domainSpec(text)).isNotNull();
  }

  @Test
  void longNameShouldLoseLabelsFromTheLeft() throws Exception {
    MacroString text = MacroString.domainSpec("x".repeat(63) + ".%{d}".repeat(40));

    String name = expansion("192.0.2.3").name(text, "label.test");

    assertThat(name).isEqualTo("label.test" + ".label.test".repeat(22));
    assertThat(name.length()).isLessThanOrEqualTo(253);
  }
}
