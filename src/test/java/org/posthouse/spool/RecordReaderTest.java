/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RecordReaderTest {
  private static final byte[] RECORD =
      new RecordWriter(16)
          .number(0)
          .number(-1)
          .number(Long.MAX_VALUE)
          .text("gr\u00fc\u00dfe")
          .text("")
          .text(null)
          .octets(new byte[300])
          .number(Integer.MAX_VALUE)
          .toRecord();

  @Test
  void fieldsShouldBeReadAsTheyWereWritten() {
    RecordReader in = new RecordReader(RECORD);
    assertThat(in.number()).isZero();
    assertThat(in.number()).isEqualTo(-1);
    assertThat(in.number()).isEqualTo(Long.MAX_VALUE);
    assertThat(in.text()).isEqualTo("gr\u00fc\u00dfe");
    assertThat(in.text()).isEmpty();
    assertThat(in.nullableText()).isNull();
    assertThat(in.octets()).hasSize(300);
    assertThat(in.count()).isEqualTo(Integer.MAX_VALUE);
    assertThat(in.atEnd()).isTrue();
  }

  @Test
  void everyShorterRecordShouldBeUnreadable() {
    for (int length = 0; length < RECORD.length; length++) {
      byte[] torn = Arrays.copyOf(RECORD, length);
      assertThatThrownBy(() -> readAll(torn)).isInstanceOf(SpoolException.Unreadable.class);
    }
  }

  @Test
  void damageShouldGiveAValueOrUnreadable() {
    Random random = new Random(3);
    for (int i = 0; i < 50_000; i++) {
      byte[] record = RECORD.clone();
      for (int flips = random.nextInt(6); flips >= 0; flips--) {
        record[random.nextInt(24)] = (byte) random.nextInt();
      }
      try {
        readAll(record);
      } catch (SpoolException.Unreadable e) {
        assertThat(e).hasMessageContaining("damaged");
      }
    }
  }

  private static void readAll(byte[] record) {
    RecordReader in = new RecordReader(record);
    in.number();
    in.number();
    in.number();
    in.text();
    in.text();
    in.nullableText();
    in.octets();
    in.count();
  }
}
