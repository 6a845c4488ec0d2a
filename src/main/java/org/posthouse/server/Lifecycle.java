/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The order in which the server stops, and the time each step may take. What a step cannot finish
 * in its time is interrupted and left: mail that was accepted is in the store already, so nothing
 * is lost by going on, while waiting would let the service manager kill us without any order.
 *
 * <p>The store is closed last, and not at all when threads that may still use it could not be
 * stopped: closing RocksDB under a running thread crashes the JVM, while leaving it open costs only
 * a replay of its log.
 */
final class Lifecycle {
  private static final Logger LOGGER = LoggerFactory.getLogger(Lifecycle.class);

  /** The steps in their order; the limits add up to less than the 10 s a stop may take. */
  enum Step {
    /** Closes the listening sockets, lets transactions end with a reply, says 421 to the rest. */
    RECEPTION(3_700),
    /** Takes no more mail from the spool queue and lets the chains end. */
    SPOOLER(1_000),
    /**
     * Destroys the mailets: remote delivery stops, gives hosts that are about to accept 3.5 s, and
     * what is not delivered then stays queued.
     */
    MAILETS(3_900),
    /** WebAdmin, tasks, and whatever else may use a queue. */
    SERVICES(300),
    /** The queues and the store. */
    STORE(600),
    CONTROL(200);

    private final Duration limit;

    Step(long limitMillis) {
      this.limit = Duration.ofMillis(limitMillis);
    }

    Duration limit() {
      return limit;
    }
  }

  /** What the server is doing. */
  enum State {
    STARTING,
    RUNNING,
    DRAINING,
    STOPPED
  }

  /** Something to do at the end. */
  @FunctionalInterface
  interface Stopping {
    void stop() throws Exception;
  }

  private final Map<Step, Stopping> steps = new EnumMap<>(Step.class);
  private final CountDownLatch stopRequest = new CountDownLatch(1);
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final AtomicBoolean stopping = new AtomicBoolean();
  private volatile State state = State.STARTING;
  private volatile BooleanSupplier holdsStore = () -> false;

  /** Registers what a step does; a later registration replaces an earlier one. */
  synchronized void onStop(Step step, Stopping stopping) {
    steps.put(step, stopping);
  }

  /** Registers the parts of the server, made or yet to be made. */
  void register(Shutdown shutdown) {
    holdsStore = shutdown::holdsStore;
    onStop(Step.RECEPTION, shutdown::drainReception);
    onStop(Step.SPOOLER, shutdown::stopSpooler);
    onStop(Step.MAILETS, shutdown::destroyMailets);
    onStop(Step.SERVICES, shutdown::stopServices);
    onStop(Step.STORE, shutdown::closeStore);
  }

  void running() {
    state = State.RUNNING;
  }

  State state() {
    return state;
  }

  void requestStop() {
    stopRequest.countDown();
  }

  void awaitStopRequest() throws InterruptedException {
    stopRequest.await();
  }

  boolean isStopped() {
    return state == State.STOPPED;
  }

  /** Stops everything once; whoever calls while it is going on waits for its end. */
  void stop() {
    if (!stopping.compareAndSet(false, true)) {
      awaitStopped();
      return;
    }
    boolean ran = state == State.RUNNING;
    state = State.DRAINING;
    long start = System.nanoTime();
    boolean clean = true;
    for (Step step : Step.values()) {
      if (step == Step.STORE && !clean && holdsStore.getAsBoolean()) {
        LOGGER.warn("The store is left open for its log to be replayed: not everything stopped");
        continue;
      }
      clean &= run(step, ran);
    }
    if (ran) {
      LOGGER.info("stopped in {} ms", Duration.ofNanos(System.nanoTime() - start).toMillis());
    }
    state = State.STOPPED;
    stopped.countDown();
  }

  private void awaitStopped() {
    try {
      stopped.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** True when the step ended in its time and without a failure. */
  private boolean run(Step step, boolean ran) {
    Stopping stopping;
    synchronized (this) {
      stopping = steps.get(step);
    }
    return stopping == null || new TimedStep(step, stopping, ran).run();
  }

  /**
   * One step on a thread of its own, so that it can be left behind. After a start that failed half
   * way, parts that never started cannot stop either; that is no news.
   */
  private record TimedStep(Step step, Stopping stopping, boolean ran) {
    boolean run() {
      AtomicBoolean succeeded = new AtomicBoolean();
      Thread thread = new Thread(() -> succeeded.set(attempt()), "stop-" + step);
      thread.setDaemon(true);
      thread.start();
      try {
        thread.join(step.limit().toMillis());
        if (thread.isAlive()) {
          LOGGER.warn("{} did not stop within {} ms", step, step.limit().toMillis());
          thread.interrupt();
          return false;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
      return succeeded.get();
    }

    private boolean attempt() {
      try {
        stopping.stop();
        return true;
      } catch (Exception | LinkageError e) {
        if (ran) {
          LOGGER.error("{} failed while stopping", step, e);
        } else {
          LOGGER.debug("{} failed while stopping", step, e);
        }
        return false;
      }
    }
  }
}
