/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spool;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Group commit. One thread takes all batches that wait, writes them as one and syncs once: while it
 * syncs the next group gathers, so the more threads commit the fewer syncs each of them costs. What
 * need not be synced at once waits for the next group that is, but not for long.
 *
 * <p>A failed write fails new mail at once: its client is told and offers it again. Other changes
 * (an outcome, a step inside) must not be forgotten, since their effect may have left the machine:
 * they are tried again until the disk takes them or the store is closed.
 */
final class Committer implements AutoCloseable {
  /** Writes a group; throws when nothing of it was applied. */
  interface Writer {
    void write(List<Pending> group, boolean sync);

    /** Syncs what was written before without it; throws when the disk refuses. */
    void sync();
  }

  /** A batch that waits to be written; {@code done} is completed by the committer. */
  record Pending(Batch batch, Durability durability, CompletableFuture<Void> done) {}

  private static final Logger LOGGER = LoggerFactory.getLogger(Committer.class);
  private static final long GROUP_OCTETS = 8L << 20;

  /** Whoever does not wait for his commits waits for room here: memory stays bounded. */
  private static final long WAITING_OCTETS = 32L << 20;

  private static final long PAUSE_AFTER_FAILURE_NANOS = 500_000_000;

  /** How long the sync of what was written without one may wait for that of another commit. */
  private static final long SOON_NANOS = 5_000_000;

  /**
   * From one sync to the next while several threads commit: each sync writes two pages of its own,
   * and the faster the disk the fewer commits would share one.
   */
  private static final long PACE_NANOS = 2_000_000;

  private static final long ORDERED_NANOS = 20_000_000;

  private final Writer writer;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Condition room = lock.newCondition();
  private final Queue<Pending> waiting = new ArrayDeque<>();
  private final List<Pending> again = new ArrayList<>();
  private final Thread thread;
  private long waitingOctets;
  private int waitingForSync;
  private boolean dozing;
  private boolean closing;

  /** Whether something was written and not synced, and when it has to be; the thread's own. */
  private boolean behind;

  private long syncDue;

  /** Those of it that are complete with the sync. */
  private final List<Pending> unsynced = new ArrayList<>();

  private final Company company = new Company();
  private long lastSync = System.nanoTime() - PACE_NANOS;
  private boolean complained;
  private volatile Spool.Counters counters = new Spool.Counters(0, 0, 0);

  Committer(Writer writer) {
    this.writer = writer;
    this.thread = new Thread(this::run, "spool-committer");
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  CompletableFuture<Void> submit(Batch batch, Durability durability) {
    Pending pending = new Pending(batch, durability, new CompletableFuture<>());
    lock.lock();
    try {
      while (waitingOctets >= WAITING_OCTETS && !closing && Thread.currentThread() != thread) {
        room.awaitUninterruptibly();
      }
      if (closing) {
        return CompletableFuture.failedFuture(new SpoolException("the store is closed"));
      }
      waiting.add(pending);
      waitingOctets += batch.octets();
      waitingForSync += durability == Durability.SYNCED ? 1 : 0;
      if (!dozing || !isWorthWaiting()) {
        changed.signal();
      }
    } finally {
      lock.unlock();
    }
    return pending.done();
  }

  Spool.Counters counters() {
    return counters;
  }

  private void run() {
    while (awaitWork()) {
      awaitCompany();
      List<Pending> group = takeGroup();
      if (group.isEmpty()) {
        syncBehind();
      } else {
        commit(group);
      }
      if (!again.isEmpty()) {
        retry();
      }
    }
    if (behind) {
      syncBehind();
    }
    failClosed(unsynced);
  }

  /** Waits for a group or for the time of a sync; false once closed and drained. */
  private boolean awaitWork() {
    lock.lock();
    try {
      while (waiting.isEmpty() && !closing && !isSyncDue()) {
        if (behind) {
          changed.awaitNanos(syncDue - System.nanoTime());
        } else {
          changed.awaitUninterruptibly();
        }
      }
      return !waiting.isEmpty() || !closing;
    } catch (InterruptedException e) {
      // Nobody has this thread to interrupt it; the mark would make the wait above spin.
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Lets a moment pass since the last sync when there is one to do and others may come. */
  private void awaitCompany() {
    lock.lock();
    try {
      long left = lastSync + PACE_NANOS - System.nanoTime();
      dozing = waitingForSync > 0;
      while (dozing && left > 0 && isWorthWaiting()) {
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      LOGGER.debug("the wait for company was cut short", e);
    } finally {
      dozing = false;
      lock.unlock();
    }
  }

  private boolean isWorthWaiting() {
    return !closing && waitingForSync < company.wanted() && waitingOctets < GROUP_OCTETS;
  }

  private boolean isSyncDue() {
    return behind && syncDue - System.nanoTime() <= 0;
  }

  private List<Pending> takeGroup() {
    List<Pending> group = new ArrayList<>();
    lock.lock();
    try {
      long octets = 0;
      while (octets < GROUP_OCTETS) {
        Pending next = waiting.poll();
        if (next == null) {
          break;
        }
        octets += next.batch().octets();
        waitingForSync -= next.durability() == Durability.SYNCED ? 1 : 0;
        group.add(next);
      }
      waitingOctets -= octets;
      room.signalAll();
    } finally {
      lock.unlock();
    }
    return group;
  }

  private void commit(List<Pending> group) {
    int asked = synced(group);
    boolean sync = asked > 0 || isSyncDue() || haveCompany(group);
    if (sync) {
      lastSync = System.nanoTime();
    }
    if (asked > 0) {
      learn(asked);
    }
    Throwable failure = attempt(() -> writer.write(group, sync));
    if (failure == null) {
      written(group, sync);
    } else if (group.size() > 1) {
      // One bad batch must not fail its neighbours: each is tried alone.
      group.forEach(pending -> commit(List.of(pending)));
    } else {
      failedAlone(group.get(0), failure);
    }
  }

  private void learn(int commits) {
    lock.lock();
    try {
      company.came(commits);
    } finally {
      lock.unlock();
    }
  }

  private static int synced(List<Pending> pendings) {
    return (int) pendings.stream().filter(one -> one.durability() == Durability.SYNCED).count();
  }

  private boolean haveCompany(List<Pending> group) {
    int soon = unsynced.size();
    for (Pending pending : group) {
      soon += pending.durability() == Durability.SYNCED_SOON ? 1 : 0;
    }
    return soon >= Company.MOST;
  }

  /**
   * Where it fails the store is opened anew, which makes durable what the log still holds, or finds
   * that it went back and lets nothing be written: to try again is right in either case.
   */
  private void syncBehind() {
    Throwable failure = attempt(writer::sync);
    if (failure == null) {
      written(List.of(), true);
    } else {
      complain("sync", failure);
      syncDue = System.nanoTime() + PAUSE_AFTER_FAILURE_NANOS;
    }
  }

  /** Errors too: if this thread died of one, every later commit would wait for ever. */
  private static @Nullable Throwable attempt(Runnable use) {
    try {
      use.run();
      return null;
    } catch (RuntimeException | Error e) {
      return e;
    }
  }

  private void failedAlone(Pending pending, Throwable failure) {
    boolean refused = pending.batch().isIntake() || failure instanceof IllegalStateException;
    if (refused) {
      LOGGER.warn("commit refused: {}", failure.getMessage());
      pending.done().completeExceptionally(failure);
    } else {
      complain("commit", failure);
      again.add(pending);
    }
  }

  /** Once for each trouble: every change waits for its end, and the disk may be full. */
  private void complain(String what, Throwable failure) {
    if (!complained) {
      LOGGER.error("{} failed, will be tried again until it works: {}", what, failure.getMessage());
      complained = true;
    }
  }

  /** Offers failed changes again after a pause, which ends at once when the store closes. */
  private void retry() {
    lock.lock();
    try {
      long left = PAUSE_AFTER_FAILURE_NANOS;
      while (left > 0 && !closing) {
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      if (closing) {
        failClosed(again);
      } else {
        waiting.addAll(again);
        waitingOctets += again.stream().mapToLong(pending -> pending.batch().octets()).sum();
        waitingForSync += synced(again);
        again.clear();
      }
      lock.unlock();
    }
  }

  private void written(List<Pending> group, boolean sync) {
    complained = false;
    count(group.size(), sync);
    if (sync) {
      behind = false;
      complete(unsynced);
      complete(new ArrayList<>(group));
      return;
    }
    List<Pending> visible = new ArrayList<>();
    for (Pending pending : group) {
      boolean soon = pending.durability() == Durability.SYNCED_SOON;
      (soon ? unsynced : visible).add(pending);
      syncWithin(soon ? SOON_NANOS : ORDERED_NANOS);
    }
    complete(visible);
  }

  private void syncWithin(long nanos) {
    long due = System.nanoTime() + nanos;
    if (!behind || due - syncDue < 0) {
      syncDue = due;
    }
    behind = true;
  }

  private static void complete(List<Pending> pendings) {
    pendings.forEach(pending -> pending.done().complete(null));
    pendings.clear();
  }

  private static void failClosed(List<Pending> pendings) {
    SpoolException closed = new SpoolException("the store closed before it took the change");
    pendings.forEach(pending -> pending.done().completeExceptionally(closed));
    pendings.clear();
  }

  private void count(int commits, boolean sync) {
    Spool.Counters before = counters;
    counters =
        new Spool.Counters(
            before.commits() + commits,
            before.groups() + (commits > 0 ? 1 : 0),
            before.syncs() + (sync ? 1 : 0));
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closing = true;
      changed.signalAll();
      room.signalAll();
    } finally {
      lock.unlock();
    }
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
