/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.smtp;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** A message that is read from a disk. */
record OnDisk(long size, Supplier<InputStream> stream) implements MailContent {
  static OnDisk of(byte[] octets) {
    return new OnDisk(octets.length, () -> new ByteArrayInputStream(octets));
  }

  /**
   * A message of which no more than its beginning can be read.
   *
   * @param wait before that is known
   */
  static OnDisk damaged(long size, byte[] beginning, Duration wait) {
    InputStream badBlock =
        new InputStream() {
          @Override
          public int read() throws IOException {
            LockSupport.parkNanos(wait.toNanos());
            throw new IOException("bad block");
          }

          @Override
          public int read(byte[] octets, int from, int count) throws IOException {
            return read();
          }
        };
    return new OnDisk(
        size, () -> new SequenceInputStream(new ByteArrayInputStream(beginning), badBlock));
  }

  /** A million octets, with dots at the beginning of lines. */
  static byte[] large() {
    StringBuilder text = new StringBuilder();
    Random random = new Random(1);
    while (text.length() < 1_000_000) {
      text.append(".".repeat(random.nextInt(3))).append(random.nextLong()).append("\r\n");
    }
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public boolean isEightBit() {
    return false;
  }

  @Override
  public boolean isInMemory() {
    return false;
  }

  @Override
  public Octets open() {
    return Octets.of(stream.get());
  }
}
