/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity;

import java.text.Normalizer;
import java.util.Locale;

/**
 * SASLprep (RFC 4013), as far as the JDK carries it.
 *
 * <p>Mapped, normalised (NFKC) and checked against the prohibited tables C and the bidirectional
 * rule of RFC 3454. Two differences remain: the JDK normalises and classifies by its own, newer
 * Unicode version where RFC 3454 froze Unicode 3.2, and code points unassigned in the JDK's version
 * are refused for stored strings as well as for queries.
 */
final class SaslPrep {
  private SaslPrep() {}

  /**
   * @throws IllegalArgumentException when the text holds a code point that RFC 4013 prohibits; the
   *     message names the code point, never the text
   */
  static String prepare(CharSequence text) {
    StringBuilder mapped = new StringBuilder(text.length());
    text.codePoints()
        .filter(c -> !mappedToNothing(c))
        .map(SaslPrep::map)
        .forEach(mapped::appendCodePoint);
    String normalized = Normalizer.normalize(mapped, Normalizer.Form.NFKC);
    normalized.codePoints().filter(SaslPrep::prohibited).findFirst().ifPresent(SaslPrep::refuse);
    checkDirection(normalized);
    return normalized;
  }

  /** RFC 4013 section 2.1: non-ASCII spaces become SPACE. */
  private static int map(int codePoint) {
    boolean space =
        Character.getType(codePoint) == Character.SPACE_SEPARATOR || codePoint == 0x200B;
    return space ? ' ' : codePoint;
  }

  /** RFC 3454 table B.1. */
  private static boolean mappedToNothing(int c) {
    return c == 0x00AD
        || c == 0x034F
        || c == 0x1806
        || within(c, 0x180B, 0x180D)
        || c == 0x200C
        || c == 0x200D
        || c == 0x2060
        || within(c, 0xFE00, 0xFE0F)
        || c == 0xFEFF;
  }

  private static boolean prohibited(int c) {
    return Character.isISOControl(c) || prohibitedType(c) || prohibitedFormat(c) || notCharacter(c);
  }

  /** Tables C.1.2, C.3, C.5 and what the JDK does not know. */
  private static boolean prohibitedType(int c) {
    int type = Character.getType(c);
    return (type == Character.SPACE_SEPARATOR && c != ' ')
        || type == Character.PRIVATE_USE
        || type == Character.SURROGATE
        || type == Character.UNASSIGNED;
  }

  /** Tables C.2.2, C.7, C.8 and C.9. */
  private static boolean prohibitedFormat(int c) {
    return c == 0x06DD
        || c == 0x070F
        || c == 0x180E
        || within(c, 0x200C, 0x200F)
        || within(c, 0x2028, 0x202E)
        || within(c, 0x2060, 0x206F)
        || within(c, 0x2FF0, 0x2FFB)
        || c == 0x0340
        || c == 0x0341
        || within(c, 0x1D173, 0x1D17A)
        || within(c, 0xE0000, 0xE007F);
  }

  /** Tables C.4 and C.6. */
  private static boolean notCharacter(int c) {
    return within(c, 0xFDD0, 0xFDEF)
        || c == 0xFEFF
        || within(c, 0xFFF9, 0xFFFF)
        || (c & 0xFFFE) == 0xFFFE;
  }

  /** RFC 3454 section 6: right-to-left text may not hold left-to-right characters. */
  private static void checkDirection(String text) {
    if (text.codePoints().noneMatch(SaslPrep::rightToLeft)) {
      return;
    }
    boolean mixed =
        text.codePoints().anyMatch(c -> direction(c) == Character.DIRECTIONALITY_LEFT_TO_RIGHT);
    boolean framed =
        rightToLeft(text.codePointAt(0)) && rightToLeft(text.codePointBefore(text.length()));
    if (mixed || !framed) {
      throw new IllegalArgumentException("mixes right-to-left and left-to-right characters");
    }
  }

  private static boolean rightToLeft(int codePoint) {
    byte direction = direction(codePoint);
    return direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT
        || direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT_ARABIC;
  }

  private static byte direction(int codePoint) {
    return Character.getDirectionality(codePoint);
  }

  private static boolean within(int codePoint, int first, int last) {
    return codePoint >= first && codePoint <= last;
  }

  private static void refuse(int codePoint) {
    throw new IllegalArgumentException(
        String.format(Locale.ROOT, "holds the prohibited code point U+%04X", codePoint));
  }
}
