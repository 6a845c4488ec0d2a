/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.rewriting;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;

/** The two forms of header text: one char per octet, and what it says. */
final class HeaderText {
  private HeaderText() {}

  /** Reads octets as UTF-8 (RFC 6532); octets that are none are taken one char each. */
  static String decoded(String octets) {
    if (isAscii(octets)) {
      return octets;
    }
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(octets.getBytes(ISO_8859_1))).toString();
    } catch (CharacterCodingException e) {
      return octets;
    }
  }

  /** The octets of UTF-8, one char each. */
  static String octets(String text) {
    return isAscii(text) ? text : new String(text.getBytes(UTF_8), ISO_8859_1);
  }

  static boolean isAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80) {
        return false;
      }
    }
    return true;
  }

  /** Without the line breaks of folds (RFC 5322 section 2.2.3). */
  static String unfolded(String text) {
    return text.indexOf('\n') < 0 ? text : text.replace("\r\n", "").replace("\n", "");
  }
}
