/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dsn;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuotedPrintableTest {
  /** R and N stand for CR and LF. */
  @ParameterizedTest
  @CsvSource({
    "'', ''",
    "aRN, aRN",
    "'a RN', a=20RN",
    "'a b', 'a b'",
    "'a ', a=20",
    "1=2, 1=3D2",
    "\u00fc, =FC",
    "aR, a=0D",
    "NN, =0A=0A"
  })
  void octetsShouldBeAscii(String text, String expected) {
    assertThat(encode(text.replace('R', '\r').replace('N', '\n')))
        .isEqualTo(expected.replace('R', '\r').replace('N', '\n'));
  }

  @Test
  void linesShouldBeBroken() {
    assertThat(encode("x".repeat(76))).isEqualTo("x".repeat(75) + "=\r\nx");
    assertThat(encode("x".repeat(74) + "=")).isEqualTo("x".repeat(74) + "=\r\n=3D");
  }

  private static String encode(String text) {
    return new String(
        QuotedPrintable.encode(text.getBytes(StandardCharsets.ISO_8859_1)),
        StandardCharsets.US_ASCII);
  }
}
