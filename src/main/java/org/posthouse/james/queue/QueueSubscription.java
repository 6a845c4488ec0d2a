/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.queue;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.apache.james.queue.api.MailQueue.MailQueueItem;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.FluxSink;

/**
 * One subscriber of a queue, and the items that it was handed and has not opened. These go back to
 * the queue when it cancels: they lie in buffers of operators (publishOn, flatMap) or wait for a
 * thread, and no one will work on them.
 *
 * <p>Reactor's discard hooks cannot tell us: a hook reaches the operators above it only, and a task
 * that is cancelled before it starts discards nothing.
 */
final class QueueSubscription {
  private final FluxSink<MailQueueItem> sink;
  private final Set<RelayMailQueueItem> unopened = ConcurrentHashMap.newKeySet();
  private volatile @Nullable Thread handing;
  private volatile @Nullable RelayMailQueueItem inHand;

  QueueSubscription(FluxSink<MailQueueItem> sink) {
    this.sink = sink;
  }

  boolean wants() {
    return !sink.isCancelled() && sink.requestedFromDownstream() > 0;
  }

  /** Hands out an item; called by the dispatcher's thread only. */
  void hand(RelayMailQueueItem item, Function<MailQueueItem, MailQueueItem> decorate) {
    item.unopenedIn(unopened);
    inHand = item;
    handing = Thread.currentThread();
    try {
      sink.next(decorate.apply(item));
    } catch (RuntimeException e) {
      item.giveBack();
      throw e;
    } finally {
      handing = null;
    }
    if (sink.isCancelled()) { // perhaps before the item was among those to give back
      giveBack();
    }
  }

  /**
   * Gives back what was not opened. Who cancels while it is handed an item, as next() and take(n)
   * do, wants that one.
   */
  void cancelled() {
    RelayMailQueueItem wanted = inHand;
    if (wanted != null && Thread.currentThread().equals(handing)) {
      unopened.remove(wanted);
    }
    giveBack();
  }

  private void giveBack() {
    unopened.forEach(RelayMailQueueItem::giveBack);
  }
}
