/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads that check: few, so that logins leave processor time for mail and connections to a
 * directory, and with a bounded queue, so that a flood of wrong passwords is answered with "later".
 */
public final class VerificationPool implements Executor, AutoCloseable {
  /** How many checks of passwords may wait. */
  public static final int QUEUED = 128;

  private final ThreadPoolExecutor threads;

  /** Half the processors, and a queue that they work off in a few seconds. */
  public VerificationPool() {
    this(Math.max(1, Runtime.getRuntime().availableProcessors() / 2), QUEUED);
  }

  /** A pool of threads that hash passwords. */
  public VerificationPool(int threads, int queued) {
    this("password-check", threads, queued);
  }

  /**
   * A pool of threads that end when idle.
   *
   * @param name begins the names of its threads
   * @param threads at least 1
   * @param queued checks that may wait beside those that run; at least 1
   */
  public VerificationPool(String name, int threads, int queued) {
    AtomicInteger number = new AtomicInteger();
    this.threads =
        new ThreadPoolExecutor(
            threads,
            threads,
            30,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(queued),
            work -> {
              Thread thread = new Thread(work, name + "-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    this.threads.allowCoreThreadTimeOut(true);
  }

  /**
   * Runs the work on a thread of the pool.
   *
   * @throws java.util.concurrent.RejectedExecutionException when the queue is full or closed
   */
  @Override
  public void execute(Runnable work) {
    threads.execute(work);
  }

  /** Takes no more work; what waits is still answered, by threads that do not hold up the exit. */
  @Override
  public void close() {
    threads.shutdown();
  }
}
