/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.admin;

import java.io.IOException;

/** A live server answers on the control socket already. */
public final class SocketInUseException extends IOException {
  private static final long serialVersionUID = 1L;

  public SocketInUseException(String message) {
    super(message);
  }
}
