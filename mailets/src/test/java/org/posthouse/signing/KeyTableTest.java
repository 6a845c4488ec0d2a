/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.signing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyTableTest {
  private static final KeyTable TABLE =
      new KeyTable(
          List.of(
              domain(new FromPattern.Exact("example.com", true)),
              domain(new FromPattern.Below("example.com")),
              domain(new FromPattern.Exact("mail.example.com", false)),
              domain(new FromPattern.Below("apps.example.com")),
              domain(new FromPattern.Exact("wide.example", true)),
              domain(new FromPattern.Exact("deep.wide.example", true)),
              domain(new FromPattern.Default())));

  @ParameterizedTest
  @CsvSource({
    "example.com, example.com",
    "mail.example.com, mail.example.com",
    "www.example.com, *.example.com",
    "www.mail.example.com, *.example.com",
    "apps.example.com, *.example.com",
    "x.apps.example.com, *.apps.example.com",
    "y.x.apps.example.com, *.apps.example.com",
    "wide.example, wide.example",
    "a.wide.example, wide.example",
    "a.deep.wide.example, deep.wide.example",
    "xwide.example, default",
    "example, default"
  })
  void nearestShouldSign(String from, String whose) {
    assertThat(TABLE.of(from).orElseThrow().whose().toString()).isEqualTo(whose);
  }

  @Test
  void nobodyShouldSignWithoutADefault() {
    KeyTable table = new KeyTable(List.of(domain(new FromPattern.Exact("example.com", false))));
    assertThat(Stream.of("a.example.com", "com", "").map(table::of))
        .allMatch(java.util.Optional::isEmpty);
    assertThat(table.fallback()).isEmpty();
  }

  private static SigningDomain domain(FromPattern whose) {
    return new SigningDomain(whose, "example.com", List.of());
  }
}
