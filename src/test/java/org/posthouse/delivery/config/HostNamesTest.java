/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostNamesTest {
  @ParameterizedTest
  @CsvSource({
    "A.example,a.example",
    "a.example.,a.example",
    "localhost,localhost",
    "_a.b_c.example,_a.b_c.example",
    "1.example,1.example",
    "b\u00fccher.example,xn--bcher-kva.example"
  })
  void nameShouldBeRead(String text, String name) {
    assertThat(HostNames.parse(text)).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", ".", "a..b", "-a.example", "a b", "192.0.2.1", "a.300", "[192.0.2.1]", "*.a"})
  void whatIsNoNameShouldBeRefused(String text) {
    assertThatThrownBy(() -> HostNames.parse(text)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> HostNames.parse("a".repeat(64) + ".b" + text))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "a.example,a.example",
    "192.0.2.1,192.0.2.1",
    "[192.0.2.1],192.0.2.1",
    "2001:DB8::1,2001:db8::1",
    "[2001:db8::1],2001:db8::1"
  })
  void hostShouldBeRead(String text, String host) {
    assertThat(HostNames.nameOrAddress(text)).isEqualTo(host);
  }

  @ParameterizedTest
  @ValueSource(strings = {"192.0.2", "[a.example]", "2001:db8::g", "a.example:25", "[::1]:25"})
  void whatIsNoHostShouldBeRefused(String text) {
    assertThatThrownBy(() -> HostNames.nameOrAddress(text))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "relay.example,relay.example",
    "[192.0.2.1],[192.0.2.1]",
    "[IPv6:2001:db8::1],[IPv6:2001:db8::1]"
  })
  void heloNameShouldBeRead(String text, String name) {
    assertThat(HostNames.helo(text)).isEqualTo(name);
  }

  @ParameterizedTest
  @CsvSource({
    "a.example,a.example,true",
    "a.example,b.a.example,false",
    "*.a.example,c.b.a.example,true",
    "*.a.example,a.example,false",
    "*.a.example,ba.example,false"
  })
  void patternShouldMatchWholeLabels(String pattern, String name, boolean expected) {
    assertThat(DomainPattern.parse(pattern).matches(name)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "a.example,a.example,true",
    "*.a.example,*.a.example,true",
    "*.a.example,b.a.example,true",
    "*.a.example,*.b.a.example,true",
    "*.a.example,a.example,false",
    "a.example,*.a.example,false",
    "*.b.a.example,*.a.example,false"
  })
  void patternShouldCoverWhatItMatches(String pattern, String other, boolean expected) {
    assertThat(DomainPattern.parse(pattern).covers(DomainPattern.parse(other))).isEqualTo(expected);
  }
}
