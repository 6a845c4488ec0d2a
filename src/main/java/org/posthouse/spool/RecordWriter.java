/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spool;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Writes the fields of a record one after the other: numbers as variable-length integers (7 bits an
 * octet, lowest first), texts as UTF-8 and octets with their length before them.
 */
public final class RecordWriter {
  private final ByteArrayOutputStream out;

  public RecordWriter(int expectedSize) {
    out = new ByteArrayOutputStream(expectedSize);
  }

  /** Any long; small ones that are not negative take one octet. */
  public RecordWriter number(long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      out.write((int) ((rest & 0x7F) | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
    return this;
  }

  /** A text; null is kept apart from the empty text. */
  public RecordWriter text(@Nullable String value) {
    return octets(value == null ? null : value.getBytes(StandardCharsets.UTF_8));
  }

  public RecordWriter octets(byte @Nullable [] value) {
    if (value == null) {
      return number(0);
    }
    number(value.length + 1L);
    out.write(value, 0, value.length);
    return this;
  }

  public byte[] toRecord() {
    return out.toByteArray();
  }
}
