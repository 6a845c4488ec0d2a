/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spool;

import java.nio.ByteBuffer;

/** Small values of the store's own tables. */
final class Records {
  private Records() {}

  /** Value of a reference: size and number of chunks of the body. */
  static byte[] extent(long size, int chunks) {
    return ByteBuffer.allocate(12).putLong(size).putInt(chunks).array();
  }

  static long size(byte[] extent) {
    return ByteBuffer.wrap(extent).getLong();
  }

  static int chunks(byte[] extent) {
    return ByteBuffer.wrap(extent).getInt(8);
  }

  static byte[] number(long value) {
    return ByteBuffer.allocate(8).putLong(value).array();
  }

  static long number(byte[] value) {
    return ByteBuffer.wrap(value).getLong();
  }
}
