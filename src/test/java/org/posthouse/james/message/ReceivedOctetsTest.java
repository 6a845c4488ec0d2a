/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ReceivedOctetsTest {
  private static final byte[] HEADER = "Subject: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  @Test
  void whateverIsAddedShouldBeThere() throws Exception {
    Random random = new Random(3);
    for (int round = 0; round < 200; round++) {
      ReceivedOctets received = new ReceivedOctets();
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      received.take(HEADER);
      all.write(HEADER);
      for (int part = random.nextInt(20); part > 0; part--) {
        byte[] octets = new byte[random.nextInt(part % 3 == 0 ? 30_000 : 300)];
        random.nextBytes(octets);
        if (part % 2 == 0) {
          received.take(octets);
          all.write(octets);
        } else {
          int from = random.nextInt(octets.length + 1);
          received.add(octets, from, octets.length - from);
          all.write(octets, from, octets.length - from);
        }
      }
      ByteArrayOutputStream written = new ByteArrayOutputStream();
      received.writeTo(written);
      assertThat(written.toByteArray()).isEqualTo(all.toByteArray());
      assertThat(received.size()).isEqualTo(all.size());
      assertThat(received.headerOctets()).isEqualTo(HEADER);
      assertThat(received.bodySize()).isEqualTo(all.size() - HEADER.length);
      ByteArrayOutputStream whole = new ByteArrayOutputStream();
      whole.write(HEADER);
      received.openBody().transferTo(whole);
      assertThat(whole.toByteArray()).isEqualTo(all.toByteArray());
    }
  }

  @Test
  void aMessageWithoutAnythingShouldBeEmpty() throws Exception {
    ReceivedOctets received = new ReceivedOctets();
    assertThat(received.headerOctets()).isEmpty();
    assertThat(received.openBody().readAllBytes()).isEmpty();
  }
}
