/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.queue;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;
import org.posthouse.spool.Keys;
import org.posthouse.spool.Spool;
import org.posthouse.spool.Table;

/** Walks over a queue page by page, so that a walk that is never finished holds nothing open. */
final class Pages implements Iterator<Operations.View> {
  private static final int PAGE = 500;

  private final int queue;
  private final Spool spool;
  private final Deque<Slot> page = new ArrayDeque<>();
  private byte @Nullable [] position;

  Pages(int queue, Spool spool) {
    this.queue = queue;
    this.spool = spool;
    this.position = Keys.queue(queue);
  }

  @Override
  public boolean hasNext() {
    if (page.isEmpty() && position != null) {
      read(position);
    }
    return !page.isEmpty();
  }

  @Override
  public Operations.View next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    Slot slot = page.remove();
    return new Operations.View(slot.id(), slot.due());
  }

  private void read(byte[] from) {
    try (Spool.Cursor cursor = spool.scan(Table.DUE, from, Keys.after(Keys.queue(queue)))) {
      while (page.size() < PAGE) {
        if (!cursor.next()) {
          position = null;
          return;
        }
        page.add(Slot.read(cursor.key()));
      }
      position = Keys.after(cursor.key());
    }
  }
}
