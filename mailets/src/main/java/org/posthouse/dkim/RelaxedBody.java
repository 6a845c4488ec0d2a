/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dkim;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** The relaxed form of a body (RFC 6376 section 3.4.4). */
final class RelaxedBody extends BodyCanonicalizer {
  private static final int MANY = 4 * Long.BYTES;
  private static final byte TEXT = 0;
  private static final byte STOP = 1;
  private static final byte SPACE = 2;
  private static final byte[] KINDS = kinds();

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long AFTER_SPACE = 0x2121212121212121L;
  private static final long HIGH_BITS = 0x8080808080808080L;

  RelaxedBody(boolean bareCrEndsLine) {
    super(bareCrEndsLine);
  }

  @Override
  int content(byte[] octets, int offset, int end) {
    int i = offset;
    while (i < end) {
      while (i < end && isSpace(octets[i])) {
        heldSpace = true;
        i++;
      }
      int start = i;
      i = runEnd(octets, start, end);
      if (i > start) {
        run(octets, start, i);
      }
      if (i < end && !isSpace(octets[i])) {
        return i;
      }
    }
    return i;
  }

  private void run(byte[] octets, int start, int end) {
    boolean trailing = octets[end - 1] == ' ';
    append(octets, start, trailing ? end - 1 - start : end - start);
    heldSpace = trailing;
  }

  /**
   * The end of what can be taken at once, single spaces and line ends between two words included.
   * Of eight octets at a time only the first that is a space or below it is looked at: the rest of
   * a body is words.
   */
  private static int runEnd(byte[] octets, int start, int end) {
    int i = start;
    int previous = TEXT;
    while (i + Long.BYTES <= end) {
      int words = visible((long) LONGS.get(octets, i));
      i += words;
      if (words < Long.BYTES) {
        int kind = KINDS[octets[i] & 0xFF];
        if ((kind & ((words > 0 ? TEXT : previous) | STOP)) == 0) {
          previous = kind;
          i++;
        } else if (i > start
            && (words > 0 || previous == TEXT)
            && isLineEndBeforeWord(octets, i, end)) {
          previous = TEXT;
          i += 2;
        } else {
          return i;
        }
      } else {
        previous = TEXT;
        i = longWordEnd(octets, i, end);
      }
    }
    for (; i < end; i++) {
      int kind = KINDS[octets[i] & 0xFF];
      if ((kind & (previous | STOP)) != 0) {
        return i;
      }
      previous = kind;
    }
    return i;
  }

  private static boolean isLineEndBeforeWord(byte[] octets, int i, int end) {
    return octets[i] == '\r'
        && i + 2 < end
        && octets[i + 1] == '\n'
        && KINDS[octets[i + 2] & 0xFF] == TEXT;
  }

  /** Attachments are lines without a space: where eight octets are such, more will be. */
  private static int longWordEnd(byte[] octets, int start, int end) {
    int i = start;
    while (i + MANY <= end) {
      long others =
          others((long) LONGS.get(octets, i))
              | others((long) LONGS.get(octets, i + Long.BYTES))
              | others((long) LONGS.get(octets, i + 2 * Long.BYTES))
              | others((long) LONGS.get(octets, i + 3 * Long.BYTES));
      if (others != 0) {
        return i;
      }
      i += MANY;
    }
    return i;
  }

  /** How many of eight octets come before a space or below; the first borrow is at that one. */
  private static int visible(long octets) {
    return Long.numberOfTrailingZeros(others(octets)) / Byte.SIZE;
  }

  private static long others(long octets) {
    return (octets - AFTER_SPACE) & ~octets & HIGH_BITS;
  }

  private static boolean isSpace(byte octet) {
    return octet == ' ' || octet == '\t';
  }

  @Override
  boolean emptyBodyIsLineEnd() {
    return false;
  }

  private static byte[] kinds() {
    byte[] kinds = new byte[256];
    kinds['\t'] = STOP;
    kinds['\r'] = STOP;
    kinds['\n'] = STOP;
    kinds[' '] = SPACE;
    return kinds;
  }
}
