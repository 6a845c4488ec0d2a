/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.sasl;

/**
 * A token and whom the client wants to be by it.
 *
 * @param user may be empty
 * @param token may be empty: the client asks where to get one
 */
record TokenResponse(String user, String token) {
  /** Without the token. */
  @Override
  public String toString() {
    return "TokenResponse[" + user + "]";
  }
}
