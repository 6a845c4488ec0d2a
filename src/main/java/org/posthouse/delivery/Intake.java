/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery;

import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.posthouse.queue.DueQueue;
import org.posthouse.queue.Taken;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes what is due from one queue and hands it to the engine, no more at a time than it may. */
public final class Intake implements AutoCloseable {
  private static final Logger LOGGER = LoggerFactory.getLogger(Intake.class);

  /** Mails of one queue that wait or are being delivered; what is more stays on the disk. */
  private static final int MOST = 50_000;

  private static final long LONGEST_SLEEP_MILLIS = 5_000;
  private static final long PAUSE_MILLIS = 1_000;

  private final DueQueue queue;
  private final Reader reader;
  private final DeliveryEngine engine;
  private final Clock clock;
  private final ScheduledExecutorService thread;
  private final AtomicBoolean awake = new AtomicBoolean();
  private final AtomicInteger inHand = new AtomicInteger();
  private @Nullable ScheduledFuture<?> timer;
  private volatile boolean started;
  private volatile boolean stopped;

  /** How many have something to do while nothing is taken. */
  private final AtomicInteger pauses = new AtomicInteger();

  /** Reads what was taken. */
  @FunctionalInterface
  public interface Reader {
    /**
     * Makes a mail of an entry.
     *
     * @param ended to be run once, when the engine has nothing to do with the mail any more
     * @return empty when the entry cannot be read; it is out of the way then, and ended
     */
    Optional<Outgoing> read(Taken taken, Runnable ended);
  }

  public Intake(DueQueue queue, Reader reader, DeliveryEngine engine, Clock clock) {
    this.queue = queue;
    this.reader = reader;
    this.engine = engine;
    this.clock = clock;
    this.thread =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread worker = new Thread(task, "delivery-" + queue.name());
              worker.setDaemon(true);
              return worker;
            });
  }

  public void start() {
    started = true;
    queue.onChange(this::wake);
    wake();
  }

  private void wake() {
    if (started && !stopped && awake.compareAndSet(false, true)) {
      try {
        thread.execute(this::take);
      } catch (RejectedExecutionException e) {
        LOGGER.debug("queue {} is closed", queue.name());
      }
    }
  }

  private void take() {
    awake.set(false);
    try {
      while (!stopped && pauses.get() == 0 && inHand.get() < MOST) {
        Optional<Taken> taken = queue.take();
        if (taken.isEmpty()) {
          queue.nextDue().ifPresent(due -> schedule(Math.max(1, due - clock.millis())));
          return;
        }
        hand(taken.get());
      }
    } catch (RuntimeException e) {
      LOGGER.error("queue {} could not be read, will be tried again", queue.name(), e);
      schedule(PAUSE_MILLIS);
    }
  }

  private void hand(Taken taken) {
    inHand.incrementAndGet();
    try {
      reader.read(taken, this::ended).ifPresent(engine::accept);
    } catch (RuntimeException e) {
      inHand.decrementAndGet();
      taken.release();
      throw e;
    }
  }

  /** Makes room when there was none. */
  private void ended() {
    if (inHand.getAndDecrement() == MOST) {
      wake();
    }
  }

  /** Counts a mail that the engine got otherwise. */
  public Runnable recalled() {
    inHand.incrementAndGet();
    return this::ended;
  }

  private void schedule(long millis) {
    if (timer != null) {
      timer.cancel(false);
    }
    timer =
        thread.schedule(this::take, Math.min(millis, LONGEST_SLEEP_MILLIS), TimeUnit.MILLISECONDS);
  }

  /** Runs something while nothing is taken. */
  public <T> T paused(Supplier<T> work) {
    pauses.incrementAndGet();
    try {
      // What is being taken at this moment is through when the thread gets to this.
      thread.submit(Intake::nothing).get();
      return work.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("nothing can be done about it", e);
    } finally {
      pauses.decrementAndGet();
      wake();
    }
  }

  private static void nothing() {
    // Its turn is what counts.
  }

  /** Takes nothing from now on. */
  public void stop() {
    stopped = true;
  }

  @Override
  public void close() {
    stop();
    thread.shutdownNow();
  }
}
