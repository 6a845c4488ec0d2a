/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.container;

/**
 * A mailet with work of its own, which begins when all mailets are there, and has to know of a stop
 * before the first is destroyed.
 */
public interface WorkingMailet {
  /** Begins its work; returns at once. */
  void beginWork();

  /** Begins nothing new from now on; returns at once. */
  void beginStop();
}
