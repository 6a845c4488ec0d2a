/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dsn;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Every line end, and every CR or LF on its own, becomes CR LF. */
final class CrlfStream extends FilterOutputStream {
  private boolean afterCr;

  CrlfStream(OutputStream out) {
    super(out);
  }

  @Override
  public void write(int octet) throws IOException {
    byte[] one = {(byte) octet};
    write(one, 0, 1);
  }

  @Override
  public void write(byte[] octets, int offset, int length) throws IOException {
    int from = offset;
    for (int i = offset; i < offset + length; i++) {
      byte octet = octets[i];
      if (octet == '\r' || octet == '\n') {
        out.write(octets, from, i - from);
        from = i + 1;
        if (octet == '\r' || !afterCr) {
          out.write('\r');
          out.write('\n');
        }
      }
      afterCr = octet == '\r';
    }
    out.write(octets, from, offset + length - from);
  }
}
