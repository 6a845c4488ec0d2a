/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.message;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * The octets of one message as they came: header block and body, which concatenated are the whole.
 *
 * <p>An implementation that holds resources also implements James' {@code Disposable}; it is
 * disposed when the last message over it is. It must allow several open bodies at once.
 */
public interface MessageOctets {
  /**
   * The header block, the empty line that ends it included where there is one.
   *
   * @throws IOException when the octets cannot be read
   */
  byte[] headerOctets() throws IOException;

  /**
   * A new stream over the body; the caller closes it.
   *
   * @throws IOException when the octets cannot be read
   */
  InputStream openBody() throws IOException;

  /** The size of the body in octets. */
  long bodySize() throws IOException;

  /** The key of the stored body, null when the body is not in the store. */
  @Nullable String bodyId();
}
