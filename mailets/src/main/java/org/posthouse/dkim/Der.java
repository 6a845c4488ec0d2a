/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dkim;

import java.io.ByteArrayOutputStream;

/** As much of DER (X.690) as it takes to wrap a key. */
final class Der {
  static final int BIT_STRING = 0x03;
  static final int OCTET_STRING = 0x04;
  static final int SEQUENCE = 0x30;

  private static final int LONG_FORM = 0x80;

  private Der() {}

  static byte[] of(int tag, byte[] content) {
    ByteArrayOutputStream result = new ByteArrayOutputStream(content.length + 6);
    result.write(tag);
    if (content.length < LONG_FORM) {
      result.write(content.length);
    } else {
      int octets = (Integer.SIZE - Integer.numberOfLeadingZeros(content.length) + 7) / Byte.SIZE;
      result.write(LONG_FORM | octets);
      for (int i = octets - 1; i >= 0; i--) {
        result.write(content.length >> (i * Byte.SIZE));
      }
    }
    result.writeBytes(content);
    return result.toByteArray();
  }

  static byte[] concat(byte[] first, byte[] second) {
    byte[] result = new byte[first.length + second.length];
    System.arraycopy(first, 0, result, 0, first.length);
    System.arraycopy(second, 0, result, first.length, second.length);
    return result;
  }
}
