/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.envelope;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Looks through the octets of messages, eight at a time: each octet of a large mail is looked at
 * several times on its way.
 */
public final class OctetSearch {
  private static final VarHandle EIGHT =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long ONES = 0x0101010101010101L;
  private static final long HIGH = 0x8080808080808080L;
  private static final long CRS = '\r' * ONES;
  private static final long LFS = '\n' * ONES;

  private OctetSearch() {}

  /** The index of the first CR or LF from {@code from} on; {@code to} when there is none. */
  public static int lineEnd(byte[] octets, int from, int to) {
    int i = from;
    for (; i <= to - Long.BYTES; i += Long.BYTES) {
      long eight = (long) EIGHT.get(octets, i);
      long found = zeros(eight ^ CRS) | zeros(eight ^ LFS);
      if (found != 0) {
        // Octets after the first that is found may be marked too, those before it never are.
        return i + Long.numberOfTrailingZeros(found) / Byte.SIZE;
      }
    }
    for (; i < to; i++) {
      if (octets[i] == '\r' || octets[i] == '\n') {
        return i;
      }
    }
    return to;
  }

  /** Marks the octets that are 0. */
  private static long zeros(long eight) {
    return (eight - ONES) & ~eight & HIGH;
  }

  /** Whether an octet is above 127. */
  public static boolean hasEightBit(byte[] octets, int from, int to) {
    long all = 0;
    int i = from;
    for (; i <= to - Long.BYTES; i += Long.BYTES) {
      all |= (long) EIGHT.get(octets, i);
    }
    for (; i < to; i++) {
      all |= octets[i];
    }
    return (all & HIGH) != 0;
  }
}
