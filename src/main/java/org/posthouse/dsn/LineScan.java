/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dsn;

import java.io.OutputStream;

/** Looks at lines that end in CR LF: whether they can be sent as they are. */
final class LineScan extends OutputStream {
  /** RFC 5322, section 2.1.1, without the line end. */
  private static final int LONGEST_LINE = 998;

  private int lineLength;
  private int longest;
  private boolean eightBit;
  private boolean nul;

  @Override
  public void write(int octet) {
    byte value = (byte) octet;
    if (value == '\r' || value == '\n') {
      lineLength = 0;
    } else {
      longest = Math.max(longest, ++lineLength);
      eightBit |= value < 0;
      nul |= value == 0;
    }
  }

  @Override
  public void write(byte[] octets, int offset, int length) {
    for (int i = offset; i < offset + length; i++) {
      write(octets[i]);
    }
  }

  /** Whether any octet is above 127. */
  boolean isEightBit() {
    return eightBit;
  }

  /** Whether it is 7bit or 8bit in the sense of RFC 2045, section 2.8. */
  boolean isPlain() {
    return longest <= LONGEST_LINE && !nul;
  }
}
