/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dkim;

/** The relaxed form of a header field (RFC 6376 section 3.4.2), made in its own octets. */
final class RelaxedField {
  private RelaxedField() {}

  /** Returns how many octets the form has; it never grows. */
  static int compact(byte[] octets) {
    int colon = 0;
    int end = 0;
    while (colon < octets.length && octets[colon] != ':') {
      byte octet = octets[colon];
      octets[colon++] = octet >= 'A' && octet <= 'Z' ? (byte) (octet + ('a' - 'A')) : octet;
      end = isSpace(octets, colon - 1) ? end : colon;
    }
    if (colon < octets.length) {
      octets[end++] = ':';
    }
    return value(octets, colon + 1, end);
  }

  private static int value(byte[] octets, int from, int to) {
    int end = to;
    boolean space = false;
    for (int i = from; i < octets.length; i++) {
      if (isSpace(octets, i)) {
        space = end > to;
      } else {
        if (space) {
          octets[end++] = ' ';
          space = false;
        }
        octets[end++] = octets[i];
      }
    }
    return end;
  }

  /** A CR alone is an octet like any other. */
  private static boolean isSpace(byte[] octets, int i) {
    byte octet = octets[i];
    return octet == ' '
        || octet == '\t'
        || octet == '\n'
        || (octet == '\r' && i + 1 < octets.length && octets[i + 1] == '\n');
  }
}
