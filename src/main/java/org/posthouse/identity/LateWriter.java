/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity;

import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Writes what changes all the time: a while after the first change, and at the end. */
public final class LateWriter implements AutoCloseable {
  private final Duration pause;
  private final Runnable write;
  private final AtomicBoolean changed = new AtomicBoolean();
  private final ScheduledThreadPoolExecutor thread;

  /**
   * Writes nothing yet.
   *
   * @param name of its thread
   * @param write never runs twice at a time; fails by itself
   */
  public LateWriter(String name, Duration pause, Runnable write) {
    this.pause = pause;
    this.write = write;
    this.thread =
        new ScheduledThreadPoolExecutor(
            1,
            work -> {
              Thread made = new Thread(work, name);
              made.setDaemon(true);
              return made;
            });
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  /** Something is not written yet. */
  public void changed() {
    if (!changed.get() && changed.compareAndSet(false, true) && !thread.isShutdown()) {
      var unused = thread.schedule(this::write, pause.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  /** Writes what is not written yet. */
  public synchronized void write() {
    if (changed.getAndSet(false)) {
      write.run();
    }
  }

  /** Writes what is not written yet, and no more after that. */
  @Override
  public void close() {
    thread.shutdown(); // not at once: an interrupted write would be lost
    write();
  }
}
