/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UserNameTest {
  @ParameterizedTest
  @CsvSource({
    "alice, alice",
    "Alice, alice",
    "Alice@Example.ORG, alice@example.org",
    "first.last+tag@mail.example.org, first.last+tag@mail.example.org",
    "josé@example.org, josé@example.org",
    "a@b, a@b"
  })
  void ofShouldFoldCase(String text, String name) {
    assertThat(UserName.of(text).value()).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "a b",
        "a\tb",
        "a\nb",
        "@",
        "a@",
        "@b",
        "a@b@c",
        "#a",
        "a\"b",
        "a\\b",
        "a:b",
        "a@b..c",
        "a@-b",
        "a@b-",
        "a@127.0.0.1",
        "a@[127.0.0.1]",
        "a,b",
        "a@b c"
      })
  void ofShouldRefuse(String text) {
    assertThatThrownBy(() -> UserName.of(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {256, 10_000})
  void ofShouldRefuseLongNames(int length) {
    assertThatThrownBy(() -> UserName.of("a".repeat(length)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
