/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.queue;

import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.apache.james.queue.api.MailQueue.MailQueueItem;
import org.jspecify.annotations.Nullable;
import org.posthouse.queue.DueQueue;
import org.posthouse.queue.Taken;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;

/**
 * Hands the entries of one queue to its subscribers as they become due and as subscribers ask for
 * them. One thread per queue does it, so a subscriber that blocks holds up its own queue only.
 */
final class Dispatcher implements AutoCloseable {
  private static final Logger LOGGER = LoggerFactory.getLogger(Dispatcher.class);

  /** A clock that is set forward is noticed this late. */
  private static final long LONGEST_SLEEP_MILLIS = 5_000;

  private final DueQueue queue;
  private final Function<Taken, RelayMailQueueItem> toItem;
  private final Function<MailQueueItem, MailQueueItem> decorate;
  private final Clock clock;
  private final ScheduledExecutorService thread;
  private final List<QueueSubscription> subscriptions = new CopyOnWriteArrayList<>();
  private final AtomicBoolean awake = new AtomicBoolean();
  private @Nullable Future<?> timer;

  Dispatcher(
      DueQueue queue,
      Function<Taken, RelayMailQueueItem> toItem,
      Function<MailQueueItem, MailQueueItem> decorate,
      Clock clock) {
    this.queue = queue;
    this.toItem = toItem;
    this.decorate = decorate;
    this.clock = clock;
    this.thread =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread worker = new Thread(task, "queue-" + queue.name());
              worker.setDaemon(true);
              return worker;
            });
    queue.onChange(this::wake);
  }

  Flux<MailQueueItem> items() {
    return Flux.create(this::subscribe, FluxSink.OverflowStrategy.IGNORE);
  }

  private void subscribe(FluxSink<MailQueueItem> sink) {
    QueueSubscription subscription = new QueueSubscription(sink);
    subscriptions.add(subscription);
    sink.onDispose(
        () -> {
          subscriptions.remove(subscription);
          subscription.cancelled();
        });
    sink.onRequest(more -> wake());
  }

  private void wake() {
    if (awake.compareAndSet(false, true)) {
      try {
        thread.execute(this::dispatch);
      } catch (RejectedExecutionException e) {
        LOGGER.debug("queue {} is closed", queue.name());
      }
    }
  }

  private void dispatch() {
    awake.set(false);
    try {
      while (dispatchRound()) {
        LOGGER.trace("queue {} has more", queue.name());
      }
      sleepUntilNextDue();
    } catch (RuntimeException e) {
      LOGGER.error("queue {} could not be read, will be tried again", queue.name(), e);
      schedule(LONGEST_SLEEP_MILLIS);
    }
  }

  /** One entry for each subscriber that asks; false when nobody asks or nothing is due. */
  private boolean dispatchRound() {
    boolean any = false;
    for (QueueSubscription subscription : subscriptions) {
      if (subscription.wants()) {
        Optional<Taken> taken = queue.take();
        if (taken.isEmpty()) {
          return false;
        }
        subscription.hand(toItem.apply(taken.get()), decorate);
        any = true;
      }
    }
    return any;
  }

  private void sleepUntilNextDue() {
    if (subscriptions.stream().anyMatch(QueueSubscription::wants)) {
      queue.nextDue().ifPresent(due -> schedule(Math.max(1, due - clock.millis())));
    }
  }

  private void schedule(long millis) {
    if (timer != null) {
      timer.cancel(false);
    }
    long delay = Math.min(millis, LONGEST_SLEEP_MILLIS);
    timer = thread.schedule(this::dispatch, delay, TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
