/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dsn;

import java.io.IOException;
import java.io.OutputStream;

/**
 * A delivery status notification, to be sent with the null reverse-path (RFC 3461, section 6.1) to
 * the reverse-path of the mail it is about. Its lines end in CR LF and have at most 998 octets.
 */
public final class Dsn {
  private final byte[] header;
  private final Part.Content body;
  private final boolean eightBit;
  private final boolean utf8;

  Dsn(byte[] header, Part.Content body, boolean eightBit, boolean utf8) {
    this.header = header;
    this.body = body;
    this.eightBit = eightBit;
    this.utf8 = utf8;
  }

  /** With the empty line. */
  public byte[] header() {
    return header.clone();
  }

  /**
   * Writes what follows the empty line.
   *
   * @throws IOException when it cannot be written, or the body of the mail cannot be read
   */
  public void writeBodyTo(OutputStream out) throws IOException {
    body.writeTo(out);
  }

  /** Whether the body has octets above 127: it is sent with BODY=8BITMIME (RFC 6152). */
  public boolean isEightBit() {
    return eightBit;
  }

  /** Whether it goes to an address, or returns a header, in UTF-8: it needs SMTPUTF8 (RFC 6531). */
  public boolean needsUtf8() {
    return utf8;
  }
}
