/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.bench;

import com.codahale.metrics.MetricRegistry;
import java.nio.file.Path;
import java.time.Clock;
import org.apache.james.metrics.api.NoopGaugeRegistry;
import org.apache.james.metrics.dropwizard.DropWizardMetricFactory;
import org.apache.james.queue.api.MailQueueName;
import org.apache.james.queue.api.ManageableMailQueue;
import org.apache.james.queue.api.RawMailQueueItemDecoratorFactory;
import org.posthouse.james.queue.Doubts;
import org.posthouse.james.queue.RelayMailQueueFactory;
import org.posthouse.james.queue.WorkInHand;
import org.posthouse.queue.Queues;
import org.posthouse.spool.RocksSpool;
import org.posthouse.spool.Spool;
import org.posthouse.spool.SpoolConfiguration;

/** The queue as the server assembles it, without the server. */
final class QueueUnderTest implements AutoCloseable {
  private final Spool store;
  private final RelayMailQueueFactory factory;

  private QueueUnderTest(Spool store, RelayMailQueueFactory factory) {
    this.store = store;
    this.factory = factory;
  }

  static QueueUnderTest openQueueFactory(Path directory) {
    Clock clock = Clock.systemUTC();
    RocksSpool store = RocksSpool.open(SpoolConfiguration.in(directory), clock);
    return new QueueUnderTest(
        store,
        new RelayMailQueueFactory(
            new Queues(store, clock),
            new WorkInHand(),
            Doubts.none(),
            clock,
            new RawMailQueueItemDecoratorFactory(),
            new DropWizardMetricFactory(new MetricRegistry()),
            new NoopGaugeRegistry()));
  }

  ManageableMailQueue queue(String name) {
    return factory.createQueue(MailQueueName.of(name));
  }

  /** Commits and syncs since the store was opened. */
  Spool.Counters counters() {
    return store.counters();
  }

  @Override
  public void close() {
    factory.close();
    store.close();
  }
}
