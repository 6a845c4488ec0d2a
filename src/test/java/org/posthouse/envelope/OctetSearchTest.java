/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.envelope;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class OctetSearchTest {
  private static final byte[] LIKELY = {'\r', '\n', '\n' + 1, '\r' + 1, '\r' - 1, 0, 'a', '.', -1};

  private final Random random = new Random(7);

  private byte[] octets() {
    byte[] octets = new byte[random.nextInt(40)];
    random.nextBytes(octets);
    for (int i = 0; i < octets.length; i++) {
      if (random.nextInt(4) == 0) {
        octets[i] = LIKELY[random.nextInt(LIKELY.length)];
      }
    }
    return octets;
  }

  private static int oneByOne(byte[] octets, int from, int to) {
    int i = from;
    while (i < to && octets[i] != '\r' && octets[i] != '\n') {
      i++;
    }
    return i;
  }

  @Test
  void lineEndShouldBeFoundWhereverItIs() {
    for (int round = 0; round < 200_000; round++) {
      byte[] octets = octets();
      int from = random.nextInt(octets.length + 1);
      int to = from + random.nextInt(octets.length - from + 1);
      assertThat(OctetSearch.lineEnd(octets, from, to)).isEqualTo(oneByOne(octets, from, to));
    }
  }

  @Test
  void eightBitOctetsShouldBeFoundWhereverTheyAre() {
    for (int length = 0; length < 40; length++) {
      byte[] octets = new byte[length];
      assertThat(OctetSearch.hasEightBit(octets, 0, length)).isFalse();
      for (int i = 0; i < length; i++) {
        octets[i] = (byte) 0x80;
        assertThat(OctetSearch.hasEightBit(octets, 0, length)).isTrue();
        assertThat(OctetSearch.hasEightBit(octets, i + 1, length)).isFalse();
        assertThat(OctetSearch.hasEightBit(octets, 0, i)).isFalse();
        octets[i] = 0x7f;
      }
    }
  }
}
