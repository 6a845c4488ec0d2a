/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.signing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthouse.message.HeaderField;

class FromDomainTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a@Example.COM | example.com",
        "<a@example.com> | example.com",
        "Somebody <a@example.com> | example.com",
        "\"b@evil.example\" <a@example.com> | example.com",
        "\"x\\\" <b@evil.example>\" <a@example.com> | example.com",
        "b@evil.example <a@example.com> | example.com",
        "(b@evil.example) a@example.com | example.com",
        "(a (nested) \\) <b@evil.example>) a@example.com (x@y.z) | example.com",
        "a@example.com, b@other.example | example.com",
        "A <a@example.com>, b@other.example | example.com",
        ", a@example.com | example.com",
        "Group: a@example.com, b@other.example; | example.com",
        "Group:;, a@example.com | example.com",
        "<@relay.example,@two.example:a@example.com> | example.com",
        "\"a@b\"@example.com | example.com",
        "a @ example . com | example.com",
        "a@(x)example.com(y) | example.com",
        "=?utf-8?q?a@evil.example?= <a@example.com> | example.com",
        "a@b\u00c3\u00bccher.example | xn--bcher-kva.example",
        "\u00c3\u00bc@b\u00c3\u00bccher.example | xn--bcher-kva.example",
        "J\u00c3\u00bcrgen <a@xn--bcher-kva.example> | xn--bcher-kva.example",
        "Dr. J. Doe <a@example.com> | example.com",
        "\"b@other.example\" <a@example.com> (c@d.example) | example.com",
        "\"Doe, John\" <a@example.com> | example.com",
        "\"a;b\\\"<c\"@example.com | example.com",
        "a+b.c..d@example.com | example.com",
        "a@example.com,, | example.com",
        "Group: A <a@example.com>; | example.com",
        "Group: <a@example.com>; (x) , b@other.example | example.com",
        "a@example.com, b@[192.0.2.1] | example.com",
        "<@relay.example : a@example.com> | example.com",
      })
  void domainOfTheFirstAddressShouldBeFound(String value, String domain) {
    assertThat(FromDomain.of(value)).contains(domain);
  }

  /** Broken, but nobody can take another domain for the author's. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "<a@sig.test",
        "@sig.test",
        "a\u0000@sig.test",
        "a@sig.test;",
        "Doe, John <a@sig.test>",
        "<a@sig.test> junk",
        "<a@sig.test>>",
        "a@sig.test, junk",
        "a)@sig.test",
        "<a:b@sig.test>",
        "other.test\\@sig.test",
        ": a@sig.test;",
        "Group: a@sig.test",
        "Group: a@sig.test;;",
        "Group: Other: a@sig.test;;"
      })
  void onlyDomainOfABrokenFieldShouldCount(String value) {
    assertThat(FromDomain.of(value)).contains("sig.test");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a",
        "<>",
        "a@",
        "a@[192.0.2.1]",
        "a@-?.example",
        "undisclosed:;",
        "\"never ends <a@example.com>",
        "(never ends a@example.com",
        "a@x..example",
        "<a@sig.test> <b@other.test>",
        "<a@sig.test> \"<b@other.test>",
        "<a@sig.test> (b@other.test",
        "a@sig.test\r\n\t(b@other.test",
        "<\"a@other.test>\">  <b@sig.test>",
        "\"a@other.test\", b@sig.test",
        "a@other.test@sig.test",
        "a@sig.test; b@other.test",
        "a@sig.test b@other.test",
        "a@sig.test junk",
        "a@sig.test> <b@other.test>",
        "<a@sig.test, b@other.test>",
        "a@sig.test, b@",
        "a@sig.test, b@other.test>",
        "Group: a@sig.test; b@other.test",
        "Group: <a@sig.test>; <b@other.test>",
        "b@other.test: a@sig.test;",
        "a@sig.test>",
        "\\"
      })
  void whatHasNoDomainForSureShouldHaveNone(String value) {
    assertThat(FromDomain.of(value)).isEmpty();
  }

  @Test
  void foldsShouldBeSpaces() {
    assertThat(FromDomain.of("A\r\n <a@example.com>\r\n , b@other.example"))
        .contains("example.com");
  }

  @Test
  void oneFieldShouldBeNeededAndNoMore() {
    HeaderField from = HeaderField.of("fRoM: a@example.com", "\r\n");
    HeaderField other = HeaderField.of("Sender: b@other.example", "\r\n");
    assertThat(FromDomain.of(List.of(other, from))).contains("example.com");
    assertThat(FromDomain.of(List.of(from, from.removal()))).contains("example.com");
    assertThat(FromDomain.of(List.of(other))).isEmpty();
    assertThat(FromDomain.of(List.of(from, from))).isEmpty();
  }

  @Test
  void hostileFieldsShouldCostLittle() {
    for (String part : List.of("(", "\"", "<", ":", ",", "a@", "\\", "@[")) {
      HeaderField field = HeaderField.of("From: " + part.repeat(500_000), "\r\n");
      assertThat(FromDomain.of(List.of(field))).isEmpty();
      assertThat(FromDomain.of(part.repeat(30_000))).isEmpty();
    }
  }
}
