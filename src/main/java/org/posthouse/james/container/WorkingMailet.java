/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.container;

/**
 * A mailet with work of its own, which has to know of a stop before the first mailet is destroyed.
 */
public interface WorkingMailet {
  /** Begins nothing new from now on; returns at once. */
  void beginStop();
}
