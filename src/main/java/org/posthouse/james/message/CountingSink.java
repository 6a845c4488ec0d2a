/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.message;

import java.io.OutputStream;

/** Counts octets and drops them. */
final class CountingSink extends OutputStream {
  private long count;

  long count() {
    return count;
  }

  @Override
  public void write(int octet) {
    count++;
  }

  @Override
  public void write(byte[] octets, int offset, int length) {
    count += length;
  }
}
