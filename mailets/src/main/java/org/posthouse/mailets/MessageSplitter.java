/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** Takes a message as it is written: keeps its header, then opens a stream for its body. */
final class MessageSplitter extends OutputStream {
  /** Where the body goes, decided when the header is known. */
  interface Body {
    OutputStream open(byte[] header) throws IOException;
  }

  private final ByteArrayOutputStream header = new ByteArrayOutputStream(4096);
  private final Body bodies;
  private @Nullable OutputStream body;
  private boolean lineIsEmpty = true;

  MessageSplitter(Body bodies) {
    this.bodies = bodies;
  }

  @Override
  public void write(int octet) throws IOException {
    if (body != null) {
      body.write(octet);
    } else if (octet == '\n' && lineIsEmpty) {
      body = bodies.open(header.toByteArray());
    } else {
      header.write(octet);
      lineIsEmpty = octet == '\n' || (octet == '\r' && lineIsEmpty);
    }
  }

  @Override
  public void write(byte[] octets, int offset, int length) throws IOException {
    int position = offset;
    int end = offset + length;
    while (body == null && position < end) {
      write(octets[position++]);
    }
    if (body != null && position < end) {
      body.write(octets, position, end - position);
    }
  }

  /** A message that ends with its header has an empty body. */
  @Override
  public void close() throws IOException {
    if (body == null) {
      body = bodies.open(header.toByteArray());
    }
    body.close();
  }
}
