/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.queue;

import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.james.metrics.api.GaugeRegistry;
import org.apache.james.metrics.api.MetricFactory;
import org.apache.james.queue.api.MailQueueFactory;
import org.apache.james.queue.api.MailQueueItemDecoratorFactory;
import org.apache.james.queue.api.MailQueueName;
import org.apache.james.queue.api.ManageableMailQueue;
import org.posthouse.delivery.DeliveryEngine;
import org.posthouse.queue.Queues;
import org.posthouse.queue.SpentRates;

/** James' factory of queues, over one store. Closing it ends all work on queues. */
public final class RelayMailQueueFactory
    implements MailQueueFactory<ManageableMailQueue>, AutoCloseable {
  private final Queues queues;
  private final WorkInHand work;
  private final Doubts doubts;
  private final Clock clock;
  private final MailQueueItemDecoratorFactory decorators;
  private final MetricFactory metrics;
  private final GaugeRegistry gauges;
  private final Mails mails;
  private final MailEvents events = new MailEvents();
  private final Map<String, RelayMailQueue> created = new TreeMap<>();

  /**
   * A factory.
   *
   * @param doubts of the store; they stay open when the factory is closed
   */
  public RelayMailQueueFactory(
      Queues queues,
      WorkInHand work,
      Doubts doubts,
      Clock clock,
      MailQueueItemDecoratorFactory decorators,
      MetricFactory metrics,
      GaugeRegistry gauges) {
    this.queues = queues;
    this.work = work;
    this.doubts = doubts;
    this.clock = clock;
    this.decorators = decorators;
    this.metrics = metrics;
    this.gauges = gauges;
    this.mails = new Mails(queues.spool(), queues.entries());
    doubts.tellLines(queues.entries()::find, new MailEvents()::again);
    doubts.keep(queues.entries()::exists);
  }

  @Override
  public synchronized Optional<ManageableMailQueue> getQueue(
      MailQueueName name, PrefetchCount count) {
    return queues.findQueue(name.asString()).map(queue -> createQueue(name, count));
  }

  @Override
  public synchronized ManageableMailQueue createQueue(MailQueueName name, PrefetchCount count) {
    return created.computeIfAbsent(name.asString(), text -> create(name));
  }

  private RelayMailQueue create(MailQueueName name) {
    return new RelayMailQueue(
        name, queues.queue(name.asString()), context(name), decorators, metrics, gauges);
  }

  private QueueContext context(MailQueueName name) {
    return new QueueContext(queues, mails, work, events, doubts, clock, name.equals(SPOOL));
  }

  /** The queue of a name as one for delivery; nobody else may take mail from it. */
  public OutgoingQueue outgoing(MailQueueName name, DeliveryEngine engine) {
    return new OutgoingQueue(context(name), queues.queue(name.asString()), engine);
  }

  /** What was used up of rates, in the store that the queues are in. */
  public SpentRates spentRates() {
    return new SpentRates(queues.spool());
  }

  @Override
  public Set<MailQueueName> listCreatedMailQueues() {
    return queues.queueNames().stream().map(MailQueueName::of).collect(Collectors.toSet());
  }

  @Override
  public synchronized void close() {
    created.values().forEach(RelayMailQueue::end);
  }
}
