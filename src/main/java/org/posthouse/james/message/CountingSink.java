/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.message;

import java.io.OutputStream;

/** Counts octets and lines and drops them. A last line without line end counts too. */
final class CountingSink extends OutputStream {
  private long count;
  private int lines;
  private int last = '\n';

  long count() {
    return count;
  }

  int lines() {
    return last == '\n' ? lines : lines + 1;
  }

  @Override
  public void write(int octet) {
    count++;
    last = octet;
    if (octet == '\n') {
      lines++;
    }
  }

  @Override
  public void write(byte[] octets, int offset, int length) {
    for (int i = offset; i < offset + length; i++) {
      write(octets[i]);
    }
  }
}
