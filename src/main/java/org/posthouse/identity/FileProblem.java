/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity;

/**
 * Something in the file of users that a person should mend.
 *
 * @param line counted from 1; 0 when it concerns the file as a whole
 * @param message says what is wrong; holds no key material
 */
public record FileProblem(int line, String message) {
  @Override
  public String toString() {
    return line == 0 ? message : "line " + line + ": " + message;
  }
}
