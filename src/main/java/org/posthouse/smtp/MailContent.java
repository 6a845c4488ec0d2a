/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.smtp;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** The octets of a message as they stand in the queue. */
public interface MailContent {
  /** How many octets there are. */
  long size();

  /** Whether one of them is above 127 (RFC 6152). */
  boolean isEightBit();

  /** Whether {@link #open} and reading never wait for a disk. */
  boolean isInMemory();

  /** Whether another one surely has the same octets. */
  default boolean isSameAs(MailContent other) {
    return equals(other);
  }

  /**
   * A stream over all of them; the caller closes it.
   *
   * @throws IOException when they cannot be read
   */
  InputStream open() throws IOException;

  /** A message that stands in memory; the array is not copied. */
  static MailContent of(byte[] octets) {
    boolean eightBit = false;
    for (byte octet : octets) {
      eightBit |= octet < 0;
    }
    return new InMemory(octets, eightBit);
  }

  /** See {@link #of}. */
  final class InMemory implements MailContent {
    private final byte[] octets;
    private final boolean eightBit;

    private InMemory(byte[] octets, boolean eightBit) {
      this.octets = octets;
      this.eightBit = eightBit;
    }

    @Override
    public long size() {
      return octets.length;
    }

    @Override
    public boolean isEightBit() {
      return eightBit;
    }

    @Override
    public boolean isInMemory() {
      return true;
    }

    @Override
    public boolean isSameAs(MailContent other) {
      return other instanceof InMemory memory && Arrays.equals(octets, memory.octets);
    }

    @Override
    public InputStream open() {
      return new ByteArrayInputStream(octets);
    }
  }
}
