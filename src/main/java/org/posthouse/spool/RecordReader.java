/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spool;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads what {@link RecordWriter} wrote, in the same order. Every method throws {@link
 * SpoolException.Unreadable} when the record ends too early or a length is not possible.
 */
public final class RecordReader {
  private final byte[] record;
  private int position;

  public RecordReader(byte[] record) {
    this.record = record;
  }

  public long number() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (position == record.length) {
        throw damaged();
      }
      byte octet = record[position++];
      value |= (long) (octet & 0x7F) << shift;
      if (octet >= 0) {
        return value;
      }
    }
    throw damaged();
  }

  /** A number that must fit an int and not be negative. */
  public int count() {
    long value = number();
    if (value < 0 || value > Integer.MAX_VALUE) {
      throw damaged();
    }
    return (int) value;
  }

  public @Nullable String nullableText() {
    byte[] octets = nullableOctets();
    return octets == null ? null : new String(octets, StandardCharsets.UTF_8);
  }

  public String text() {
    return new String(octets(), StandardCharsets.UTF_8);
  }

  public byte[] octets() {
    byte[] octets = nullableOctets();
    if (octets == null) {
      throw damaged();
    }
    return octets;
  }

  public byte @Nullable [] nullableOctets() {
    int length = count() - 1;
    if (length < 0) {
      return null;
    }
    if (length > record.length - position) {
      throw damaged();
    }
    position += length;
    return Arrays.copyOfRange(record, position - length, position);
  }

  public boolean atEnd() {
    return position == record.length;
  }

  private SpoolException.Unreadable damaged() {
    return new SpoolException.Unreadable("a record of " + record.length + " octets is damaged");
  }
}
