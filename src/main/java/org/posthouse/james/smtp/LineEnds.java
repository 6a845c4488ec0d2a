/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.smtp;

import org.posthouse.envelope.OctetSearch;

/**
 * Whether lines end with CRLF and hold no other CR or LF: what a server reads otherwise than the
 * one before it is how mail is smuggled.
 */
final class LineEnds {
  private boolean afterCr;

  /** Of lines, each with its end: whether they hold no CR and no LF but those. */
  static boolean areWhole(byte[] lines) {
    LineEnds ends = new LineEnds();
    return lines.length > 0
        && lines[lines.length - 1] == '\n'
        && ends.follow(lines)
        && ends.mayEnd();
  }

  /** The same of octets that continue those before; false when they do not. */
  boolean follow(byte[] octets) {
    int next = 0;
    if (afterCr && octets.length > 0) {
      if (octets[0] != '\n') {
        return false;
      }
      afterCr = false;
      next = 1;
    }
    while (next < octets.length) {
      int end = OctetSearch.lineEnd(octets, next, octets.length);
      if (end == octets.length) {
        return true;
      }
      if (octets[end] != '\r' || (end + 1 < octets.length && octets[end + 1] != '\n')) {
        return false;
      }
      afterCr = end + 1 == octets.length;
      next = end + 2;
    }
    return true;
  }

  /** Whether a message may end here, not behind a CR alone. */
  boolean mayEnd() {
    return !afterCr;
  }
}
