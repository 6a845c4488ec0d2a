/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SaslPrepTest {
  /** The first five are the examples of RFC 4013 section 3. */
  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          I\u00ADX,      IX
          user,          user
          USER,          USER
          \u00AA,        a
          \u2168,        IX
          p\u00A0q,      'p q'
          p\u3000q,      'p q'
          e\u0301,       \u00E9
          \u06271\u0628, \u06271\u0628
          """)
  void prepareShouldMap(String text, String prepared) {
    assertThat(SaslPrep.prepare(text)).isEqualTo(prepared);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u0007",
        "a\u0000b",
        "a\u007F",
        "a\u0085b",
        "\u06271",
        "\u0627a\u0628",
        "a\u200Eb",
        "a\u2028b",
        "a\u2FF0",
        "a\uE000",
        "a\uFFFD",
        "a\uFFFF",
        "a\uD800",
        "a\u0378",
        "a\uDB40\uDC41"
      })
  void prepareShouldRefuse(String text) {
    assertThatThrownBy(() -> SaslPrep.prepare(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
