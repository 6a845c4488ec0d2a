/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spool;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/** Reads a body chunk by chunk; at most one chunk stands in memory. */
final class BodyReader extends InputStream {
  private static final byte[] NOTHING = new byte[0];

  private final Spool spool;
  private final BodyRef body;
  private byte[] chunk = NOTHING;
  private int position;
  private int nextChunk;

  BodyReader(Spool spool, BodyRef body) {
    this.spool = spool;
    this.body = body;
  }

  @Override
  public int read() {
    return fill() ? chunk[position++] & 0xff : -1;
  }

  @Override
  public int read(byte[] target, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, target.length);
    if (length == 0) {
      return 0;
    }
    if (!fill()) {
      return -1;
    }
    int count = Math.min(length, chunk.length - position);
    System.arraycopy(chunk, position, target, offset, count);
    position += count;
    return count;
  }

  /** A body of one chunk is not copied. */
  @Override
  public byte[] readAllBytes() throws IOException {
    if (nextChunk > 0 || body.chunks() != 1 || !fill()) {
      return super.readAllBytes();
    }
    position = chunk.length;
    return chunk;
  }

  @Override
  public int available() {
    return chunk.length - position;
  }

  private boolean fill() {
    while (position == chunk.length && nextChunk < body.chunks()) {
      byte[] next = spool.get(Table.BODY, Keys.chunk(body.id(), nextChunk));
      if (next == null) {
        throw new SpoolException.Unreadable(
            "chunk " + nextChunk + " of body " + body.id() + " is missing");
      }
      chunk = next;
      position = 0;
      nextChunk++;
    }
    return position < chunk.length;
  }
}
