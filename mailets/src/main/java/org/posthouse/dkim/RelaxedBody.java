/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dkim;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** The relaxed form of a body (RFC 6376 section 3.4.4). */
final class RelaxedBody extends BodyCanonicalizer {
  private static final byte TEXT = 0;
  private static final byte STOP = 1;
  private static final byte SPACE = 2;
  private static final byte[] KINDS = kinds();

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
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
   * The end of what can be copied at once, single spaces included. One condition an octet: what
   * follows a space is another space as rarely as a line ends, which the processor can foresee.
   * Encoded bodies have long runs without any, of which eight octets are looked at together.
   */
  private static int runEnd(byte[] octets, int start, int end) {
    int i = start;
    int previous = TEXT;
    while (i < end) {
      int next = Math.min(i + Long.BYTES, end);
      if (next - i == Long.BYTES && areVisible((long) LONGS.get(octets, i))) {
        previous = TEXT;
        i = next;
      }
      for (; i < next; i++) {
        int kind = KINDS[octets[i] & 0xFF];
        if ((kind & (previous | STOP)) != 0) {
          return i;
        }
        previous = kind;
      }
    }
    return i;
  }

  /** Whether none of eight octets is a space or below; a borrow begins at such an octet only. */
  private static boolean areVisible(long octets) {
    return ((octets - AFTER_SPACE) & ~octets & HIGH_BITS) == 0;
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
