/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.util.List;
import org.posthouse.dkim.BodyHashes;
import org.posthouse.message.HeaderBlock;
import org.posthouse.message.HeaderField;

/**
 * Hashes a message as it is written, for one that cannot be read: its body may exist only as what
 * JavaMail makes of it.
 */
final class WrittenMessage extends OutputStream {
  /** Asks for the hashes of a body once the header is known. */
  @FunctionalInterface
  interface Reader {
    void begin(List<HeaderField> fields, BodyHashes body);
  }

  private final Reader reader;
  private final BodyHashes body = BodyHashes.sentByJavaMail();
  private final ByteArrayOutputStream header = new ByteArrayOutputStream(4096);
  private boolean inBody;
  private boolean lineIsEmpty = true;

  WrittenMessage(Reader reader) {
    this.reader = reader;
  }

  @Override
  public void write(int octet) {
    if (inBody) {
      body.write(octet);
      return;
    }
    header.write(octet);
    if ((octet == '\n' && lineIsEmpty) || header.size() >= HeaderBlock.LIMIT) {
      begin();
    }
    lineIsEmpty = octet == '\n' || (octet == '\r' && lineIsEmpty);
  }

  @Override
  public void write(byte[] octets, int offset, int length) {
    int i = offset;
    while (!inBody && i < offset + length) {
      write(octets[i++]);
    }
    body.write(octets, i, offset + length - i);
  }

  /** The message is over; one that ends with its header has an empty body. */
  void finish() {
    if (!inBody) {
      begin();
    }
    body.close();
  }

  private void begin() {
    inBody = true;
    reader.begin(HeaderBlock.parse(header.toByteArray()).fields(), body);
  }
}
