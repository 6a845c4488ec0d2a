/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.queue;

import org.posthouse.spool.SpoolId;

/** An entry that a consumer works on; nobody else gets it until it is finished or released. */
public final class Taken {
  private final DueQueue queue;
  private final Slot slot;

  Taken(DueQueue queue, Slot slot) {
    this.queue = queue;
    this.slot = slot;
  }

  public SpoolId id() {
    return slot.id();
  }

  /** Time at which it was due, in milliseconds since the epoch. */
  public long due() {
    return slot.due();
  }

  public DueQueue queue() {
    return queue;
  }

  Slot slot() {
    return slot;
  }

  /** The same entry, as it stands for a later time; to be reclaimed. */
  public Taken at(long millis) {
    return new Taken(queue, slot.dueAt(millis));
  }

  /** As {@link #at}, behind all other mail that is due. */
  public Taken lastAt(long millis) {
    return new Taken(queue, new Slot(Lane.of(0), millis, slot.id()));
  }

  /** Gives it back unchanged: it is taken again at once. */
  public void release() {
    queue.putBack(slot, slot);
  }

  /** Takes it again after a release; false when somebody else has it or changed it meanwhile. */
  public boolean reclaim() {
    return queue.claim(slot);
  }
}
