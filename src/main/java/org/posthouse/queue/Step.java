/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.queue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.posthouse.spool.Batch;
import org.posthouse.spool.Durability;
import org.posthouse.spool.Keys;
import org.posthouse.spool.Spool;
import org.posthouse.spool.SpoolException;
import org.posthouse.spool.SpoolId;
import org.posthouse.spool.Table;

/**
 * Changes to queues and repositories that happen together: either all of them are in the store or
 * none, also after a crash, and consumers see none of them before. Used by one thread, committed or
 * abandoned once.
 */
public final class Step {
  private final Spool spool;
  private final Entries entries;
  private final Batch batch = new Batch();
  private final Turns turns;
  private final Map<String, Written> stored = new HashMap<>();

  /** For each key of a repository that changes, what takes away the entry that it leads to. */
  private final Map<String, Runnable> displacing = new HashMap<>();

  private final List<Runnable> onSuccess = new ArrayList<>();
  private final List<Runnable> onFailure = new ArrayList<>();

  Step(Spool spool, Entries entries, Turns turns) {
    this.spool = spool;
    this.entries = entries;
    this.turns = turns;
  }

  /**
   * Adds a mail to a queue.
   *
   * @param id a fresh one ({@link Queues#nextId})
   * @param due earliest time to take it, in milliseconds since the epoch
   */
  public void enqueue(DueQueue queue, SpoolId id, Draft draft, long due) {
    Slot slot = new Slot(Lane.of(draft.priority()), due, id);
    write(id, queue.number(), draft, due);
    batch.put(Table.DUE, slot.key(queue.number()), Entries.NOTHING);
    queue.announce(slot);
    onSuccess.add(() -> queue.publish(slot));
    onFailure.add(() -> queue.withdraw(slot));
  }

  /** Removes an entry that was taken: its work is done. */
  public void finish(Taken taken) {
    entries.delete(batch, taken.id());
    leave(taken);
  }

  /**
   * As {@link #finish(Taken)}, for who has read the entry: it does not change while it is taken.
   */
  public void finish(Taken taken, QueuedMail entry) {
    Entries.delete(batch, taken.id(), entry.recipients().size(), entry.body());
    leave(taken);
  }

  private void leave(Taken taken) {
    DueQueue queue = taken.queue();
    Slot slot = taken.slot();
    batch.deleteOnce(Table.DUE, slot.key(queue.number()));
    onSuccess.add(() -> queue.finished(slot));
  }

  /** Puts an entry that was taken back for a later time, otherwise unchanged. */
  public void postpone(Taken taken, long due) {
    move(taken.queue(), taken.slot(), due);
  }

  /**
   * Puts an entry that was taken back for its next attempt. Of the entry itself only the records of
   * its recipients are written.
   *
   * @param recipients all of the entry, in order, as the attempt left them; one of them at least is
   *     still queued
   * @param due of the next attempt, in milliseconds since the epoch
   */
  public void defer(Taken taken, List<Recipient> recipients, long due) {
    defer(taken, recipients, taken.at(due));
  }

  /**
   * As {@link #defer(Taken, List, long)}.
   *
   * @param next its place for the next attempt
   */
  public void defer(Taken taken, List<Recipient> recipients, Taken next) {
    Entries.write(batch, taken.id(), recipients);
    relocate(taken.queue(), taken.slot(), next.slot());
  }

  /**
   * Writes what became of some recipients of an entry that was taken, and stays so.
   *
   * @param recipients all of the entry, in order; one of them at least is still queued
   */
  public void update(Taken taken, List<Recipient> recipients) {
    Entries.write(batch, taken.id(), recipients);
  }

  /** Sets an entry aside that cannot be read: it stays in the store, out of the way of others. */
  public void setAside(Taken taken, String reason) {
    DueQueue queue = taken.queue();
    Slot slot = taken.slot();
    batch.deleteOnce(Table.DUE, slot.key(queue.number()));
    entries.setAside(batch, slot.id(), queue.number(), reason);
    onSuccess.add(() -> queue.finished(slot));
  }

  /** Stores a mail in a repository under a key, in place of what was there. */
  public void store(Repository repository, String key, SpoolId id, Draft draft) {
    String place = displace(repository, key);
    stored.put(place, new Written(id, write(id, repository.number(), draft, 0)));
    batch.put(Table.REPOSITORY, Keys.stored(repository.number(), key), Keys.entry(id));
  }

  /** An entry that this step has put into a repository. */
  private record Written(SpoolId id, QueuedMail.Envelope envelope) {}

  /** Removes a mail from a repository; nothing happens when there is none. */
  public void remove(Repository repository, String key) {
    displace(repository, key);
    batch.delete(Table.REPOSITORY, Keys.stored(repository.number(), key));
  }

  /**
   * Takes away what is under a key: at once what this step put there, at the commit what is in the
   * store then. Another step may be about to change the same key.
   */
  private String displace(Repository repository, String key) {
    String place = repository.number() + "/" + key;
    Written earlier = stored.remove(place);
    if (earlier != null) {
      Entries.delete(batch, earlier.id(), earlier.envelope());
    }
    displacing.put(
        place, () -> repository.find(key).ifPresent(before -> takeAway(repository, before)));
    return place;
  }

  private void takeAway(Repository repository, SpoolId before) {
    try {
      entries.delete(batch, before);
    } catch (SpoolException.Unreadable e) {
      entries.setAside(batch, before, repository.number(), e.getMessage());
    }
  }

  /** Marks the step as new mail, which is refused when space is short. */
  public Step asIntake() {
    batch.asIntake();
    return this;
  }

  /** Adds an action for when the step is in the store, and has become visible. */
  public void afterwards(Runnable action) {
    onSuccess.add(action);
  }

  /**
   * Commits.
   *
   * @return fails with {@link SpoolException} when nothing of it was applied
   */
  public CompletableFuture<Void> commit(Durability durability) {
    return turns
        .inTurn(displacing.keySet(), () -> displaceAndCommit(durability))
        .whenComplete(
            (done, failure) -> (failure == null ? onSuccess : onFailure).forEach(Runnable::run));
  }

  private CompletableFuture<Void> displaceAndCommit(Durability durability) {
    displacing.values().forEach(Runnable::run);
    return spool.commit(batch, durability);
  }

  /** Forgets all changes. */
  public void abandon() {
    spool.discard(batch);
    onFailure.forEach(Runnable::run);
  }

  void move(DueQueue queue, Slot slot, long due) {
    entries.postpone(batch, slot.id(), due);
    relocate(queue, slot, slot.dueAt(due));
  }

  private void relocate(DueQueue queue, Slot slot, Slot moved) {
    batch.deleteOnce(Table.DUE, slot.key(queue.number()));
    batch.put(Table.DUE, moved.key(queue.number()), Entries.NOTHING);
    onSuccess.add(() -> queue.putBack(slot, moved));
    onFailure.add(() -> queue.putBack(slot, slot));
  }

  private QueuedMail.Envelope write(SpoolId id, int place, Draft draft, long due) {
    try {
      return entries.write(batch, id, place, draft, due);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
