/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.envelope;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class XtextTest {
  @ParameterizedTest
  @CsvSource({
    "QQ314159, QQ314159",
    "a+b, a+2Bb",
    "a=b, a+3Db",
    "a b, a+20b",
    "\u00e9, +C3+A9",
    "a+2Bb, a+2B2Bb"
  })
  void textShouldComeBack(String text, String encoded) {
    assertThat(Xtext.encode(text)).isEqualTo(encoded);
    assertThat(Xtext.decode(encoded)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"a+, a+", "a+2, a+2", "a+XYb, a+XYb"})
  void whatIsNoXtextShouldStay(String encoded, String text) {
    assertThat(Xtext.decode(encoded)).isEqualTo(text);
  }
}
