/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.message;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** A message that we wrote ourselves; it stands in memory. */
public final class WrittenOctets implements MessageOctets {
  private final byte[] header;
  private final byte[] body;

  /**
   * A message; the arrays are not copied.
   *
   * @param header block, with the empty line that ends it
   */
  public WrittenOctets(byte[] header, byte[] body) {
    this.header = header;
    this.body = body;
  }

  @Override
  public byte[] headerOctets() {
    return header.clone();
  }

  @Override
  public InputStream openBody() {
    return new ByteArrayInputStream(body);
  }

  @Override
  public long bodySize() {
    return body.length;
  }

  @Override
  public @Nullable String bodyId() {
    return null;
  }
}
