/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spool;

/** When a commit is complete. Commits become durable in the order of completion in any case. */
public enum Durability {
  /** When it is on the disk: survives loss of power. */
  SYNCED,
  /**
   * The same, but it waits up to 5 ms for others to share a sync with. For what has happened
   * already, where only the next step of its owner is held up.
   */
  SYNCED_SOON,
  /**
   * When it is visible; it is on the disk no later than the next synced commit, and some 20 ms
   * later. For steps that are simply done again when they are lost.
   */
  ORDERED
}
