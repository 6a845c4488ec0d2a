/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity;

/** A change that the file of users does not allow: the user is not there, or is there already. */
public final class UserChangeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UserChangeException(String message) {
    super(message);
  }
}
