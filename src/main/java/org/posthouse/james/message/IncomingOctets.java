/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.message;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;
import org.posthouse.message.HeaderBlock;

/** A message as it comes in, which is read from its beginning. */
abstract class IncomingOctets implements MessageOctets {
  private byte @Nullable [] header;

  /** All of it from the beginning. */
  abstract InputStream open();

  /**
   * Adds a copy of octets.
   *
   * @throws IOException when they cannot be kept
   */
  public abstract void add(byte[] octets, int from, int length) throws IOException;

  /** To add what somebody writes. */
  public final OutputStream stream() {
    return new OutputStream() {
      @Override
      public void write(int octet) throws IOException {
        add(new byte[] {(byte) octet}, 0, 1);
      }

      @Override
      public void write(byte[] octets, int from, int length) throws IOException {
        add(octets, from, length);
      }
    };
  }

  /** How many octets there are. */
  public abstract long size();

  @Override
  public final synchronized byte[] headerOctets() throws IOException {
    if (header == null) {
      header = HeaderBlock.read(open());
    }
    return header;
  }

  @Override
  public final InputStream openBody() throws IOException {
    InputStream all = open();
    all.skipNBytes(headerOctets().length);
    return all;
  }

  @Override
  public final long bodySize() throws IOException {
    return size() - headerOctets().length;
  }

  @Override
  public final @Nullable String bodyId() {
    return null;
  }
}
