/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity;

import java.io.IOException;

/** The file of users has a version that this program does not know: nothing of it is used. */
public final class UnsupportedVersionException extends IOException {
  private static final long serialVersionUID = 1L;

  UnsupportedVersionException(String message) {
    super(message);
  }
}
