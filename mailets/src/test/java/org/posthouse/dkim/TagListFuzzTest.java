/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dkim;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Optional;

/** Whatever stands in a signature or a key record is read or not, and never an exception. */
class TagListFuzzTest {
  /** The value of b= is taken out for the signature; nothing else may go with it. */
  @FuzzTest
  void listShouldLoseTheValueOfOneTagOnly(byte[] input) {
    String text = new String(input, ISO_8859_1);
    Optional<TagList> list = TagList.parse(text);
    if (list.isPresent() && list.get().has("b")) {
      TagList without = TagList.parse(list.get().without("b")).orElseThrow();
      assertThat(without.value("b")).contains("");
      for (String name : new String[] {"v", "a", "d", "s", "h", "bh", "i", "x"}) {
        assertThat(without.value(name)).isEqualTo(list.get().value(name));
      }
    }
  }

  /** A record with a key has no problem, one without has. */
  @FuzzTest
  void keyRecordShouldHaveAKeyOrAProblem(byte[] input) {
    KeyRecord.read(new String(input, ISO_8859_1))
        .ifPresent(
            record -> {
              if (record.problem().isEmpty()) {
                assertThat(record.key()).isNotNull();
                assertThat(record.bits()).isPositive();
                assertThat(record.revoked()).isFalse();
              }
            });
  }
}
