/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.envelope;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OrcptTest {
  @ParameterizedTest
  @CsvSource({
    "rfc822;bob@example.org, rfc822; bob@example.org, rfc822; bob@example.org",
    "RFC822;a+2Bb+3Dc@example.org, RFC822; a+b=c@example.org, RFC822; a+b=c@example.org",
    "rfc822;a+2, rfc822; a+2, rfc822; a+2",
    "rfc822;a+zz, rfc822; a+zz, rfc822; a+zz",
    "bob@example.org, rfc822; bob@example.org, rfc822; bob@example.org",
    "x400;/G=bob, x400; /G=bob, x400; /G=bob",
    "utf-8;\\x{FC}+2B@example.org, utf-8; \u00fc+@example.org, utf-8; \\x{FC}\\x{2B}@example.org",
    "UTF-8;\u4e2d@example.org, utf-8; \u4e2d@example.org, utf-8; \\x{4E2D}@example.org",
    "utf-8;a\\x{5C}b, utf-8; a\\b, utf-8; a\\x{5C}b",
    "utf-8;\\x{FFFFFF}, utf-8; \\x{FFFFFF}, utf-8; \\x{5C}x{FFFFFF}"
  })
  void addressShouldBeDecodedForAReport(String value, String utf8, String ascii) {
    assertThat(Orcpt.of(value).field(true)).isEqualTo(utf8);
    assertThat(Orcpt.of(value).field(false)).isEqualTo(ascii);
  }

  @ParameterizedTest
  @CsvSource({
    "rfc822;a+2Bb@example.org, rfc822;a+2Bb@example.org, rfc822;a+2Bb@example.org",
    "x400;/G+3Dbob, x400;/G+3Dbob, x400;/G+3Dbob",
    "utf-8;\\x{FC}@example.org, utf-8;\\x{FC}@example.org, utf-8;\\x{FC}@example.org",
    "UTF-8;\u00fc+2B@example.org, UTF-8;\u00fc+2B@example.org, utf-8;\\x{FC}\\x{2B}@example.org"
  })
  void valueShouldGoOnAsItCameUnlessTheHostTakesNoUtf8(String value, String utf8, String ascii) {
    assertThat(Orcpt.parameter(value, true)).isEqualTo(utf8);
    assertThat(Orcpt.parameter(value, false)).isEqualTo(ascii);
  }

  @ParameterizedTest
  @CsvSource({
    "bob+2Bx@example.org, rfc822;bob+2Bx@example.org",
    "\"\u00fc+b\"@example.org, utf-8;\u00fc\\x{2B}b@example.org"
  })
  void addressBeyondAsciiShouldBeOfTypeUtf8(String address, String value) {
    assertThat(Orcpt.value(address)).isEqualTo(value);
    assertThat(Orcpt.isOne(value)).isTrue();
  }
}
