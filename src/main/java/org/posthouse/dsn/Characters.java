/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dsn;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.posthouse.envelope.Path;

/** Makes text that came from outside fit for a line of a mail. */
final class Characters {
  private Characters() {}

  static boolean isAscii(String text) {
    return text.chars().allMatch(c -> c < 0x80);
  }

  static boolean isUtf8(byte[] octets) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(octets));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  /** Without line ends or other control characters; white space is one space each time. */
  static String oneLine(String text) {
    StringBuilder line = new StringBuilder(text.length());
    text.codePoints().map(Characters::visible).forEach(line::appendCodePoint);
    return line.toString().replaceAll(" +", " ").strip();
  }

  private static int visible(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> ' ';
      case Character.SURROGATE -> '?';
      default -> c;
    };
  }

  /** On one line, with a question mark for what is not ASCII. */
  static String ascii(String text) {
    StringBuilder ascii = new StringBuilder(text.length());
    oneLine(text).codePoints().map(c -> c < 0x7f ? c : '?').forEach(ascii::appendCodePoint);
    return ascii.toString();
  }

  /** As it stands between angle brackets, out of which it must not get. */
  static String path(String address) {
    return oneLine(Path.written(address)).replaceAll("[<>]", "_");
  }

  /** At most so many characters, with dots for the rest. */
  static String atMost(int length, String text) {
    if (text.length() <= length) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(length - 1)) ? length - 1 : length;
    return text.substring(0, end) + " ...";
  }
}
