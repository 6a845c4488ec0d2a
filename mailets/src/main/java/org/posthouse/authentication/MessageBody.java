/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.authentication;

import java.io.IOException;
import java.io.InputStream;

/** Opens the body of a message. */
@FunctionalInterface
public interface MessageBody {
  /**
   * A new stream over the body as it came; the caller closes it.
   *
   * @throws IOException when it cannot be read
   */
  InputStream open() throws IOException;
}
