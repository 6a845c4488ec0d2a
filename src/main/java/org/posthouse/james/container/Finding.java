/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.container;

/**
 * Something about the configuration that an administrator should know.
 *
 * @param error whether the server refuses to start
 * @param place processor, and number of the mailet in it counted from 1
 */
public record Finding(boolean error, String place, String text) {
  @Override
  public String toString() {
    return place + ": " + text;
  }
}
