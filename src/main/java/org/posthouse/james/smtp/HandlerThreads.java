/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.smtp;

import io.netty.util.concurrent.EventExecutorGroup;
import io.netty.util.concurrent.NonStickyEventExecutorGroup;
import io.netty.util.concurrent.UnorderedThreadPoolEventExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.james.util.concurrent.NamedThreadFactory;

/**
 * The threads that run SMTP handlers. Handlers block: on the sync of the queue, on a slow password
 * hash, on DNS. Each connection's events run in order and one at a time, but on whichever thread is
 * free, so a connection that waits delays nobody but itself.
 */
final class HandlerThreads {
  /** Bounds how many connections can wait for a sync or a hash at the same time. */
  private static final int THREADS = 128;

  /**
   * Events of a connection in a row, while others wait: a client that pipelines has as many lines
   * on their way as it likes, and each may be the end of a mail, with its sync.
   */
  static final int TURN = 8;

  private static final int IDLE_SECONDS = 30;
  private static final int GRACE_MILLIS = 200;

  private final UnorderedThreadPoolEventExecutor pool =
      new UnorderedThreadPoolEventExecutor(THREADS, NamedThreadFactory.withName("smtp-handler"));
  private final EventExecutorGroup ordered = new NonStickyEventExecutorGroup(pool, TURN);

  HandlerThreads() {
    pool.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
    pool.allowCoreThreadTimeOut(true);
  }

  /** Gives each channel an executor of its own over the shared threads. */
  EventExecutorGroup group() {
    return ordered;
  }

  /** Ends the threads; what still runs after a moment is interrupted, its connection has gone. */
  void shutdown() throws InterruptedException {
    pool.shutdown();
    if (!pool.awaitTermination(GRACE_MILLIS, TimeUnit.MILLISECONDS)) {
      pool.shutdownNow();
      pool.awaitTermination(GRACE_MILLIS, TimeUnit.MILLISECONDS);
    }
  }
}
