/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dmarc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.posthouse.message.HeaderField;

class AuthorDomainsTest {
  private static AuthorDomains of(String value) {
    return AuthorDomains.of(List.of(HeaderField.of("From: " + value, "\r\n")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "a@x.example|x.example",
        "a@X.Example|x.example",
        "a@x.example.|x.example",
        "<a@x.example>|x.example",
        "Ann <a@x.example>|x.example",
        "\"v@y.example\" <a@x.example>|x.example",
        "v@y.example <a@x.example>|x.example",
        "\"a <v@y.example>, \\\"\" <a@x.example>|x.example",
        "Ann (v@y.example, <w@z.example>) <a@x.example> (c)|x.example",
        "a (c (d\\)) e) @ (f) x . (g) example|x.example",
        "\"a@y.example\"@x.example|x.example",
        "\"a, b\"@x.example|x.example",
        "<@r.example,@s.example:a@x.example>|x.example",
        "a@x.example, b@x.example|x.example",
        "a@x.example, Bob <b@y.example>|x.example y.example",
        "a@x.example,,|x.example",
        "Us: a@x.example, b@y.example;|x.example y.example",
        "Us: \"B\" <a@x.example>; , c@y.example|x.example y.example",
        "=?utf-8?q?v=40y.example?= <a@x.example>|x.example",
        "a@sub_domain.x-1.example|sub_domain.x-1.example",
      })
  void domainsShouldBeFound(String value, String domains) {
    AuthorDomains authors = of(value);
    assertThat(authors.problem()).isEmpty();
    assertThat(String.join(" ", authors.domains())).isEqualTo(domains);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "''||no domain in From",
        "root||From cannot be read",
        "Ann <>||From cannot be read",
        "Nobody:;||no domain in From",
        "a@||no domain name in From",
        "a@[192.0.2.1]||no domain name in From",
        "a@x..example||no domain name in From",
        "a@.x||no domain name in From",
        "a@x.example v@y.example|y.example|From cannot be read",
        "v@y.example w||no domain name in From",
        "v@y.example(c)w||no domain name in From",
        "<a@x.example> <b@y.example>|x.example y.example|From cannot be read",
        "<a@x.example> b@y.example|x.example y.example|From cannot be read",
        "<a@x.example> b@y.example <c@z.example>|x.example y.example z.example|From cannot be read",
        "<a@x.example|x.example|From cannot be read",
        "<a@x.example<b@y.example>|y.example|From cannot be read",
        "<v@y.example:a@x.example>|x.example|From cannot be read",
        "v@y.example: a@x.example;|x.example|From cannot be read",
        "a@x@y.example|y.example|From cannot be read",
        "\"a@x.example||From cannot be read",
        "(a@x.example||From cannot be read",
        "a@x.example) b||no domain name in From",
        "a@x.example;|x.example|From cannot be read",
        "a@x.example; b@y.example|x.example y.example|From cannot be read",
        "Us: a@x.example|x.example|From cannot be read",
        "Us: a@x.example; b@y.example|x.example y.example|From cannot be read",
        "v@y.example> <a@x.example>|x.example|From cannot be read",
      })
  void whatCannotBeReadShouldBeTold(String value, String domains, String problem) {
    AuthorDomains authors = of(value);
    assertThat(authors.problem()).isEqualTo(problem);
    assertThat(String.join(" ", authors.domains())).isEqualTo(domains == null ? "" : domains);
  }

  @Test
  void foldsShouldBeSpaces() {
    assertThat(of("Ann\r\n\t<a@x.example>,\r\n b@\r\n y.example").domains())
        .containsExactly("x.example", "y.example");
  }

  @Test
  void domainOfULabelsShouldBecomeALabels() {
    String octets =
        new String(
            "a@bücher.example".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    assertThat(of(octets).domains()).containsExactly("xn--bcher-kva.example");
    assertThat(of("a@b\u00fccher.example").problem()).isEqualTo("no domain name in From");
  }

  @Test
  void controlCharacterShouldMakeAFieldUnreadable() {
    assertThat(of("a\0@x.example").problem()).isEqualTo("From cannot be read");
    assertThat(of("a@x.ex\0ample").problem()).isEqualTo("no domain name in From");
  }

  @Test
  void noneOfTooManyDomainsShouldBeLookedAt() {
    StringBuilder many = new StringBuilder("a@x.example");
    for (int i = 0; i < 10_000; i++) {
      many.append(", a").append(i).append("@d").append(i).append(".example");
    }
    AuthorDomains authors = of(many.toString());
    assertThat(authors.domains()).isEmpty();
    assertThat(authors.problem()).isEqualTo("more than 5 domains in From");
  }

  @Test
  void deepAndLongFieldsShouldBeReadInOneGo() {
    assertThat(of("(".repeat(200_000) + ")".repeat(200_000) + "a@x.example").domains())
        .containsExactly("x.example");
    assertThat(of("<".repeat(400_000)).problem()).isEqualTo("From cannot be read");
    assertThat(of("a@".repeat(200_000)).problem()).isEqualTo("no domain name in From");
    assertThat(of("\\".repeat(400_001)).problem()).isEqualTo("From cannot be read");
    assertThat(of("(\\").problem()).isEqualTo("From cannot be read");
  }
}
