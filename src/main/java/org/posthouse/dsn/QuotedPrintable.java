/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dsn;

import java.io.ByteArrayOutputStream;

/** RFC 2045, section 6.7, for text whose lines end in CR LF. */
final class QuotedPrintable {
  private static final int WIDTH = 76;
  private static final String HEX = "0123456789ABCDEF";

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private int column;

  private QuotedPrintable() {}

  static byte[] encode(byte[] text) {
    QuotedPrintable encoder = new QuotedPrintable();
    for (int i = 0; i < text.length; i++) {
      if (isLineEnd(text, i)) {
        encoder.lineEnd();
        i++;
      } else {
        encoder.octet(text[i], isLineEnd(text, i + 1) || i + 1 == text.length);
      }
    }
    return encoder.out.toByteArray();
  }

  private static boolean isLineEnd(byte[] text, int i) {
    return i + 1 < text.length && text[i] == '\r' && text[i + 1] == '\n';
  }

  private void octet(byte octet, boolean last) {
    // White space at the end of a line gets lost on the way.
    boolean blank = octet == ' ' || octet == '\t';
    boolean literal = blank ? !last : (octet > ' ' && octet < 0x7f);
    if (literal && octet != '=') {
      room(1);
      out.write(octet);
    } else {
      room(3);
      out.write('=');
      out.write(HEX.charAt((octet >> 4) & 15));
      out.write(HEX.charAt(octet & 15));
    }
  }

  /** Keeps one column for the mark of a line that goes on. */
  private void room(int width) {
    if (column + width >= WIDTH) {
      out.write('=');
      lineEnd();
    }
    column += width;
  }

  private void lineEnd() {
    out.write('\r');
    out.write('\n');
    column = 0;
  }
}
