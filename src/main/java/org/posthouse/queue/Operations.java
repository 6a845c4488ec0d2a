/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.queue;

import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.posthouse.spool.Durability;
import org.posthouse.spool.Keys;
import org.posthouse.spool.Spool;
import org.posthouse.spool.SpoolException;
import org.posthouse.spool.SpoolId;
import org.posthouse.spool.Table;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an operator does with a whole queue. Works in pieces, so that neither a million entries nor
 * a consumer at work beside it matter; entries that are being worked on are left alone.
 */
public final class Operations {
  private static final Logger LOGGER = LoggerFactory.getLogger(Operations.class);
  private static final int PIECE = 1000;

  private final Spool spool;
  private final Clock clock;
  private final DueQueue queue;
  private final Queues queues;

  Operations(Spool spool, Clock clock, DueQueue queue, Queues queues) {
    this.spool = spool;
    this.clock = clock;
    this.queue = queue;
    this.queues = queues;
  }

  /** Makes everything due now; returns how many entries waited for a later time. */
  public long flush() {
    long now = clock.millis();
    queue.flushes();
    return each(
        slot -> slot.due() > now && slot.due() != Held.UNTIL,
        (step, slot) -> step.move(queue, slot, now));
  }

  /** A change of one entry. */
  @FunctionalInterface
  public interface EntryChange {
    /** Adds to a step what is to happen to an entry that was taken for it. */
    void apply(Step step, Taken taken);
  }

  /** Changes entries that nobody works on; returns how many. */
  public long change(Predicate<View> which, EntryChange change) {
    return each(
        slot -> which.test(new View(slot.id(), slot.due())),
        (step, slot) -> change.apply(step, new Taken(queue, slot)));
  }

  /**
   * Removes everything.
   *
   * @param before is told of each entry, which is still there
   * @return how many entries
   */
  public long clear(Consumer<SpoolId> before) {
    return queue.change(() -> each(slot -> true, removal(before)));
  }

  public long removeBySender(String reversePath, Consumer<SpoolId> before) {
    return removeEntries(matching(envelope -> envelope.reversePath().equals(reversePath)), before);
  }

  public long removeByName(String name, Consumer<SpoolId> before) {
    return removeEntries(matching(envelope -> envelope.name().equals(name)), before);
  }

  /** Removes the entries that wait for this recipient, with all their recipients. */
  public long removeByRecipient(String address, Consumer<SpoolId> before) {
    Set<SpoolId> ids = new HashSet<>();
    try (Spool.Cursor cursor = spool.scan(Table.RECIPIENT, new byte[0], new byte[0])) {
      while (cursor.next()) {
        if (matches(() -> isFor(Recipient.read(cursor.value()), address))) {
          ids.add(Keys.entry(cursor.key()));
        }
      }
    }
    return removeEntries(ids, before);
  }

  private static boolean isFor(Recipient recipient, String address) {
    return recipient.isQueued() && recipient.address().equals(address);
  }

  /** An entry on a walk over the queue. */
  public record View(SpoolId id, long due) {}

  /** Walks over the queue in order of work; sees no entry that was removed before it came by. */
  public Iterator<View> browse() {
    return new Pages(queue.number(), spool);
  }

  private Set<SpoolId> matching(Predicate<QueuedMail.Envelope> condition) {
    Set<SpoolId> ids = new HashSet<>();
    try (Spool.Cursor cursor = spool.scan(Table.ENVELOPE, new byte[0], new byte[0])) {
      while (cursor.next()) {
        if (matches(() -> isHere(QueuedMail.Envelope.read(cursor.value()), condition))) {
          ids.add(Keys.entry(cursor.key()));
        }
      }
    }
    return ids;
  }

  private boolean isHere(QueuedMail.Envelope envelope, Predicate<QueuedMail.Envelope> condition) {
    return envelope.place() == queue.number() && condition.test(envelope);
  }

  /** A damaged record matches nothing: it must not keep the others from being found. */
  private static boolean matches(BooleanSupplier condition) {
    try {
      return condition.getAsBoolean();
    } catch (SpoolException.Unreadable e) {
      LOGGER.warn("passed over: {}", e.getMessage());
      return false;
    }
  }

  private long removeEntries(Set<SpoolId> ids, Consumer<SpoolId> before) {
    return ids.isEmpty()
        ? 0
        : queue.change(() -> each(slot -> ids.contains(slot.id()), removal(before)));
  }

  private Change removal(Consumer<SpoolId> before) {
    return (step, slot) -> {
      before.accept(slot.id());
      step.finish(new Taken(queue, slot));
    };
  }

  private interface Change {
    void apply(Step step, Slot slot);
  }

  private long each(Predicate<Slot> which, Change change) {
    long count = 0;
    List<Slot> piece = new ArrayList<>();
    try (Spool.Cursor cursor = queue.cursor()) {
      while (cursor.next()) {
        Slot slot = Slot.read(cursor.key());
        if (which.test(slot)) {
          piece.add(slot);
        }
        if (piece.size() == PIECE) {
          count += apply(piece, change);
        }
      }
    }
    return count + apply(piece, change);
  }

  private void applyOrSetAside(Step step, Slot slot, Change change) {
    try {
      change.apply(step, slot);
    } catch (SpoolException.Unreadable e) {
      LOGGER.error("entry {} of queue {} set aside: {}", slot.id(), queue.name(), e.getMessage());
      step.setAside(new Taken(queue, slot), String.valueOf(e.getMessage()));
    }
  }

  private long apply(List<Slot> piece, Change change) {
    Step step = queues.step();
    long count = 0;
    for (Slot slot : piece) {
      if (queue.claim(slot)) {
        applyOrSetAside(step, slot, change);
        count++;
      }
    }
    piece.clear();
    if (count > 0) {
      step.commit(Durability.SYNCED).join();
    }
    return count;
  }
}
