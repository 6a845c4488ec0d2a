/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.smtp;

import io.netty.util.concurrent.AbstractEventExecutor;
import io.netty.util.concurrent.EventExecutorGroup;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.NonStickyEventExecutorGroup;
import io.netty.util.concurrent.UnorderedThreadPoolEventExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.james.util.concurrent.NamedThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * The threads that run SMTP handlers. Handlers block: on the sync of the queue, on a slow password
 * hash, on DNS. Each connection's events run in order and one at a time, but on whichever thread is
 * free, so a connection that waits delays nobody but itself.
 *
 * <p>A connection that has more to do after its turn goes on among others that have: however many
 * clients have sent thousands of lines, the next command of another finds a thread.
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

  private final UnorderedThreadPoolEventExecutor first = pool("smtp-handler");
  private final UnorderedThreadPoolEventExecutor further = pool("smtp-further");
  private final EventExecutorGroup ordered =
      new NonStickyEventExecutorGroup(new Turns(first, further), TURN);

  private static UnorderedThreadPoolEventExecutor pool(String name) {
    UnorderedThreadPoolEventExecutor pool =
        new UnorderedThreadPoolEventExecutor(THREADS, NamedThreadFactory.withName(name));
    pool.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /** Gives each channel an executor of its own over the shared threads. */
  EventExecutorGroup group() {
    return ordered;
  }

  /** Ends the threads; what still runs after a moment is interrupted, its connection has gone. */
  void shutdown() throws InterruptedException {
    end(first);
    end(further);
  }

  private static void end(UnorderedThreadPoolEventExecutor pool) throws InterruptedException {
    pool.shutdown();
    if (!pool.awaitTermination(GRACE_MILLIS, TimeUnit.MILLISECONDS)) {
      pool.shutdownNow();
      pool.awaitTermination(GRACE_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  /** Tells the first turn of a connection, whose work begins, from one that follows another. */
  private static final class Turns extends AbstractEventExecutor {
    /** The turn that this thread runs; the connection submits the same when it has more. */
    private static final ThreadLocal<@Nullable Runnable> RUNNING = new ThreadLocal<>();

    private final UnorderedThreadPoolEventExecutor first;
    private final UnorderedThreadPoolEventExecutor further;

    Turns(UnorderedThreadPoolEventExecutor first, UnorderedThreadPoolEventExecutor further) {
      this.first = first;
      this.further = further;
    }

    @Override
    public void execute(Runnable turn) {
      UnorderedThreadPoolEventExecutor threads = RUNNING.get() == turn ? further : first;
      threads.execute(() -> run(turn));
    }

    private void run(Runnable turn) {
      RUNNING.set(turn);
      try {
        turn.run();
      } finally {
        RUNNING.remove();
      }
    }

    @Override
    public boolean inEventLoop(Thread thread) {
      return false; // as the pools: whoever asks submits a task
    }

    @Override
    public boolean isShuttingDown() {
      return first.isShuttingDown();
    }

    @Override
    public boolean isShutdown() {
      return first.isShutdown();
    }

    @Override
    public boolean isTerminated() {
      return first.isTerminated() && further.isTerminated();
    }

    @Override
    public boolean awaitTermination(long time, TimeUnit unit) throws InterruptedException {
      return first.awaitTermination(time, unit) && further.awaitTermination(time, unit);
    }

    @Override
    public Future<?> shutdownGracefully(long quietPeriod, long timeout, TimeUnit unit) {
      further.shutdown();
      first.shutdown();
      return first.terminationFuture();
    }

    @Override
    public Future<?> terminationFuture() {
      return first.terminationFuture();
    }

    @Override
    @Deprecated
    public void shutdown() {
      further.shutdown();
      first.shutdown();
    }
  }
}
