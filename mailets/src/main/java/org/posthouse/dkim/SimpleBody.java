/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dkim;

/** The simple form of a body (RFC 6376 section 3.4.3). */
final class SimpleBody extends BodyCanonicalizer {
  SimpleBody(boolean bareCrEndsLine) {
    super(bareCrEndsLine);
  }

  @Override
  int content(byte[] octets, int offset, int end) {
    int i = offset;
    while (i < end && octets[i] != '\n' && octets[i] != '\r') {
      i++;
    }
    if (i > offset) {
      append(octets, offset, i - offset);
    }
    return i;
  }

  @Override
  boolean emptyBodyIsLineEnd() {
    return true;
  }
}
