/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.queue;

import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.posthouse.spool.Keys;
import org.posthouse.spool.Spool;
import org.posthouse.spool.SpoolId;
import org.posthouse.spool.Table;

/**
 * One queue: entries leave in order of priority, then due time, then acceptance, none before it is
 * due. What stands in memory is bounded whatever the number of entries ({@link Lane}).
 *
 * <p>An entry is in exactly one of these states: announced (its commit is under way), waiting (on
 * disk, in a lane's window when it is near), taken. Announced and taken ones are known by id, so
 * that reading a lane's next page from disk cannot give an entry out twice.
 */
public final class DueQueue {
  private final Spool spool;
  private final Clock clock;
  private final String name;
  private final int number;
  private final Object lock = new Object();
  private final Lane[] lanes = new Lane[Lane.HIGHEST_PRIORITY + 1];
  private final Set<SpoolId> announced = new HashSet<>();
  private final Set<SpoolId> taken = new HashSet<>();
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private volatile ToLongFunction<LongSupplier> holder = LongSupplier::getAsLong;
  private final List<Runnable> flushListeners = new CopyOnWriteArrayList<>();
  private long size;

  DueQueue(Spool spool, Clock clock, String name, int number) {
    this.spool = spool;
    this.clock = clock;
    this.name = name;
    this.number = number;
    for (int i = 0; i < lanes.length; i++) {
      lanes[i] = new Lane(i);
    }
    this.size = countOnDisk();
  }

  public String name() {
    return name;
  }

  int number() {
    return number;
  }

  /** Entries in the queue, those being worked on included. */
  public long size() {
    synchronized (lock) {
      return size;
    }
  }

  /** Whether nobody works on an entry, and none is due. */
  public boolean isAtRest() {
    synchronized (lock) {
      if (!taken.isEmpty() || !announced.isEmpty()) {
        return false;
      }
    }
    return nextDue().orElse(Long.MAX_VALUE) > clock.millis();
  }

  /** Calls back whenever there may be something new to take; must return quickly. */
  public void onChange(Runnable listener) {
    listeners.add(listener);
  }

  /** Takes the next entry that is due, if there is one. */
  public Optional<Taken> take() {
    long now = clock.millis();
    synchronized (lock) {
      for (Lane lane : lanes) {
        Slot head = lane.head(this::page);
        if (head != null && head.due() <= now) {
          lane.remove(head);
          taken.add(head.id());
          return Optional.of(new Taken(this, head));
        }
      }
      return Optional.empty();
    }
  }

  /** When the next entry is due, in milliseconds since the epoch; empty when the queue is. */
  public OptionalLong nextDue() {
    synchronized (lock) {
      OptionalLong next = OptionalLong.empty();
      for (Lane lane : lanes) {
        Slot head = lane.head(this::page);
        if (head != null && (next.isEmpty() || head.due() < next.getAsLong())) {
          next = OptionalLong.of(head.due());
        }
      }
      return next;
    }
  }

  /**
   * Takes one particular entry that waits, due or not; false when somebody else works on it or it
   * is no longer there. An entry moves or goes only while it is taken, so one that is not taken and
   * stands on disk is as the slot says.
   */
  boolean claim(Slot slot) {
    synchronized (lock) {
      if (announced.contains(slot.id())
          || taken.contains(slot.id())
          || spool.get(Table.DUE, slot.key(number)) == null) {
        return false;
      }
      taken.add(slot.id());
      lanes[slot.lane()].remove(slot);
      return true;
    }
  }

  /**
   * Has changes to many entries run by somebody who holds some of them in memory: he gives them
   * back meanwhile, or they would be left out.
   */
  public void changesRunBy(ToLongFunction<LongSupplier> holder) {
    this.holder = holder;
  }

  long change(LongSupplier work) {
    return holder.applyAsLong(work);
  }

  /** Calls back before all entries become due because somebody wants them to be tried now. */
  public void onFlush(Runnable listener) {
    flushListeners.add(listener);
  }

  void flushes() {
    flushListeners.forEach(Runnable::run);
  }

  void announce(Slot slot) {
    synchronized (lock) {
      announced.add(slot.id());
    }
  }

  void publish(Slot slot) {
    synchronized (lock) {
      announced.remove(slot.id());
      size++;
      lanes[slot.lane()].add(slot);
    }
    changed();
  }

  void withdraw(Slot slot) {
    synchronized (lock) {
      announced.remove(slot.id());
    }
  }

  void finished(Slot slot) {
    synchronized (lock) {
      if (taken.remove(slot.id())) {
        size--;
      }
    }
  }

  void putBack(Slot before, Slot now) {
    synchronized (lock) {
      if (!taken.remove(before.id())) {
        return;
      }
      lanes[now.lane()].add(now);
    }
    changed();
  }

  private void changed() {
    listeners.forEach(Runnable::run);
  }

  /** Reads a page of a lane; called with the lock held. */
  private Lane.Page page(Slot after, int limit) {
    List<Slot> slots = new ArrayList<>();
    byte[] end = Keys.after(Keys.lane(number, after.lane()));
    try (Spool.Cursor cursor = spool.scan(Table.DUE, after.key(number), end)) {
      @Nullable Slot last = null;
      while (slots.size() < limit) {
        if (!cursor.next()) {
          return new Lane.Page(slots, null);
        }
        last = Slot.read(cursor.key());
        if (last.compareTo(after) > 0
            && !announced.contains(last.id())
            && !taken.contains(last.id())) {
          slots.add(last);
        }
      }
      return new Lane.Page(slots, last);
    }
  }

  private long countOnDisk() {
    long count = 0;
    try (Spool.Cursor cursor = cursor()) {
      while (cursor.next()) {
        count++;
      }
    }
    return count;
  }

  /** Walks the whole queue in order of work. */
  Spool.Cursor cursor() {
    byte[] prefix = Keys.queue(number);
    return spool.scan(Table.DUE, prefix, Keys.after(prefix));
  }
}
