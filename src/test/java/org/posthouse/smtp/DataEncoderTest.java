/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DataEncoderTest {
  /** R and N stand for CR and LF. */
  @ParameterizedTest(name = "{index}: {0}")
  @CsvSource({
    "'', .RN",
    "aRN, aRN.RN",
    "a, aRN.RN",
    "aR, aRN.RN",
    "RN, RN.RN",
    ".RN, ..RN.RN",
    ".., ...RN.RN",
    "aRN.RNb, aRN..RNbRN.RN",
    "aRN..bRN, aRN...bRN.RN",
    "a.bRN, a.bRN.RN",
    "aNbRN, aRNbRN.RN",
    "aN.N, aRN..RN.RN",
    "aRbRN, aRNbRN.RN",
    "aR.Rb, aRN..RNbRN.RN",
    "aRRN, aRNRN.RN",
    "aNRN, aRNRN.RN",
    "aRRRN, aRNRNRN.RN"
  })
  void lineEndsAndDotsShouldBeThoseOfTheWire(String text, String expected) {
    byte[] in = octets(text);
    for (int block = 1; block <= Math.max(1, in.length); block++) {
      ByteBuf out = Unpooled.buffer();
      DataEncoder encoder = new DataEncoder(DataEncoder.Form.DATA);
      for (int from = 0; from < in.length; from += block) {
        encoder.encode(in, from, Math.min(in.length, from + block), out);
      }
      encoder.end(out);
      assertThat(out.toString(StandardCharsets.ISO_8859_1))
          .as("in blocks of %d", block)
          .isEqualTo(new String(octets(expected), StandardCharsets.ISO_8859_1));
    }
  }

  private static byte[] octets(String text) {
    return text.replace('R', '\r').replace('N', '\n').getBytes(StandardCharsets.ISO_8859_1);
  }
}
