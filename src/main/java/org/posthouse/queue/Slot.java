/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.queue;

import java.nio.ByteBuffer;
import org.posthouse.spool.Keys;
import org.posthouse.spool.SpoolId;

/**
 * The place of an entry in its queue.
 *
 * @param lane of the queue
 * @param due in milliseconds since the epoch, not negative
 * @param id of the entry; entries of the same time go in order of acceptance
 */
record Slot(int lane, long due, SpoolId id) implements Comparable<Slot> {
  /** Before every slot of a lane. */
  static Slot first(int lane) {
    return new Slot(lane, 0, new SpoolId(0));
  }

  static Slot read(byte[] key) {
    ByteBuffer in = ByteBuffer.wrap(key, 2, 17);
    return new Slot(in.get(), in.getLong(), new SpoolId(in.getLong()));
  }

  byte[] key(int queue) {
    return Keys.due(queue, lane, due, id);
  }

  Slot dueAt(long millis) {
    return new Slot(lane, millis, id);
  }

  @Override
  public int compareTo(Slot other) {
    int byLane = Integer.compare(lane, other.lane);
    if (byLane != 0) {
      return byLane;
    }
    int byDue = Long.compare(due, other.due);
    return byDue != 0 ? byDue : id.compareTo(other.id);
  }
}
