/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.queue;

import java.io.InputStream;
import org.jspecify.annotations.Nullable;
import org.posthouse.james.message.MessageOctets;
import org.posthouse.spool.BodyRef;
import org.posthouse.spool.Spool;

/** A message in the store: its header block was read, its body is read when asked for. */
final class StoredOctets implements MessageOctets {
  private final Spool spool;
  private final byte[] header;
  private final @Nullable BodyRef body;

  StoredOctets(Spool spool, byte[] header, @Nullable BodyRef body) {
    this.spool = spool;
    this.header = header;
    this.body = body;
  }

  @Override
  public byte[] headerOctets() {
    return header.clone();
  }

  @Override
  public InputStream openBody() {
    return body == null ? InputStream.nullInputStream() : spool.open(body);
  }

  @Override
  public long bodySize() {
    return body == null ? 0 : body.size();
  }

  @Override
  public @Nullable String bodyId() {
    return body == null ? null : body.toString();
  }
}
