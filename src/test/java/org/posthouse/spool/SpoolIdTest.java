/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpoolIdTest {
  @Test
  void printedIdShouldBeReadAgain() {
    Random random = new Random(1);
    for (int i = 0; i < 10_000; i++) {
      SpoolId id = new SpoolId((random.nextLong() >>> 1 >>> random.nextInt(62)) | 1);
      assertThat(id.toString()).matches("[0-9A-HJKMNP-TV-Z]{1,13}");
      assertThat(SpoolId.parse(id.toString())).isEqualTo(id);
    }
    SpoolId last = new SpoolId(Long.MAX_VALUE);
    assertThat(SpoolId.parse(last.toString())).isEqualTo(last);
  }

  @Test
  void orderShouldBeThatOfAcceptance() {
    assertThat(new SpoolId(9)).isLessThan(new SpoolId(10));
    byte[] before = Keys.entry(new SpoolId(255));
    assertThat(Arrays.compareUnsigned(before, Keys.entry(new SpoolId(256)))).isNegative();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "0", "I", "L", "O", "U", "a", "-1", "1 ", "ZZZZZZZZZZZZZ", "10000000000000"})
  void otherTextShouldBeRefused(String text) {
    assertThatThrownBy(() -> SpoolId.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
