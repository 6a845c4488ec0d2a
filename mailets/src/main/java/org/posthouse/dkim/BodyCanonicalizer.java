/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dkim;

import java.util.ArrayList;
import java.util.List;

/**
 * Brings a body into its canonical form as it passes, and hashes that. Empty lines are held back
 * until something follows them, for those at the end do not count. A line ends with CRLF or LF,
 * both hashed as CRLF: that is how SMTP sends it.
 */
abstract sealed class BodyCanonicalizer permits SimpleBody, RelaxedBody {
  private static final int SIZE = 2048;
  private static final byte[] CR = {'\r'};

  /** A space that counts if an octet follows it in its line; only relaxed form holds any. */
  boolean heldSpace;

  private final boolean bareCrEndsLine;
  private final List<BodyHash> hashes = new ArrayList<>();
  private final byte[] canonical = new byte[SIZE];
  private int size;
  private long heldLineEnds;
  private boolean heldCr;
  private boolean isEmpty = true;

  /**
   * @param bareCrEndsLine whether a CR without LF ends a line too, or is an octet like any other
   */
  BodyCanonicalizer(boolean bareCrEndsLine) {
    this.bareCrEndsLine = bareCrEndsLine;
  }

  final void add(BodyHash hash) {
    hashes.add(hash);
  }

  /** Takes octets of the body from one index up to another. */
  final void update(byte[] octets, int offset, int end) {
    int i = offset;
    while (i < end) {
      if (heldCr && octets[i] != '\n') {
        bareCr();
      }
      heldCr = false;
      i = content(octets, i, end);
      if (i < end) {
        heldCr = octets[i++] == '\r';
        if (!heldCr) {
          endLine();
        }
      }
    }
  }

  /** The body is over. */
  final void finish() {
    if (heldCr) {
      bareCr();
    }
    if (!isEmpty || emptyBodyIsLineEnd()) {
      put((byte) '\r');
      put((byte) '\n');
    }
    flush();
    hashes.forEach(BodyHash::finish);
  }

  /** Takes the octets of a line; returns the index of the CR or LF after them, or the end. */
  abstract int content(byte[] octets, int offset, int end);

  /** What a body of nothing but line ends is: one, or nothing. */
  abstract boolean emptyBodyIsLineEnd();

  /** Octets that count; what was held back comes first. */
  final void append(byte[] octets, int offset, int length) {
    release();
    if (length > SIZE - size) {
      flush();
    }
    if (length > SIZE) {
      hashes.forEach(hash -> hash.update(octets, offset, length));
      return;
    }
    System.arraycopy(octets, offset, canonical, size, length);
    size += length;
  }

  private void release() {
    isEmpty = false;
    for (; heldLineEnds > 0; heldLineEnds--) {
      put((byte) '\r');
      put((byte) '\n');
    }
    if (heldSpace) {
      put((byte) ' ');
      heldSpace = false;
    }
  }

  private void endLine() {
    heldSpace = false;
    heldLineEnds++;
  }

  private void bareCr() {
    if (bareCrEndsLine) {
      endLine();
    } else {
      append(CR, 0, 1);
    }
  }

  private void put(byte octet) {
    if (size == SIZE) {
      flush();
    }
    canonical[size++] = octet;
  }

  private void flush() {
    for (BodyHash hash : hashes) {
      hash.update(canonical, 0, size);
    }
    size = 0;
  }
}
