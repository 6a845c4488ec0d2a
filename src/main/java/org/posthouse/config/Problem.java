/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.config;

/**
 * Something in a configuration file that a person should mend.
 *
 * @param line from 1; 0 when unknown
 * @param place line and element in words
 */
public record Problem(int line, String place, String text) {
  @Override
  public String toString() {
    return place.isEmpty() ? text : place + ": " + text;
  }
}
