/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.returnpath;

/** Digits that survive a host which changes the case of local parts (RFC 4648 section 6). */
final class Base32 {
  private static final String DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

  private Base32() {}

  /** The digit of the lowest five bits. */
  static char digit(long value) {
    return DIGITS.charAt((int) (value & 31));
  }

  /** What a digit in either case is worth; -1 for another character. */
  static int value(char digit) {
    return DIGITS.indexOf(digit >= 'a' && digit <= 'z' ? digit - 32 : digit);
  }

  /**
   * The first digits of some octets.
   *
   * @param length at most a digit for each full five bits
   */
  static String encode(byte[] octets, int length) {
    StringBuilder digits = new StringBuilder(length);
    long bits = 0;
    int count = 0;
    int next = 0;
    while (digits.length() < length) {
      if (count < 5) {
        bits = bits << 8 | (octets[next++] & 0xFF);
        count += 8;
      }
      count -= 5;
      digits.append(digit(bits >> count));
    }
    return digits.toString();
  }
}
