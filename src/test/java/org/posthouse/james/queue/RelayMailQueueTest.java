/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.queue;

import java.nio.file.Path;
import java.time.Clock;
import org.apache.james.queue.api.DelayedManageableMailQueueContract;
import org.apache.james.queue.api.DelayedPriorityMailQueueContract;
import org.apache.james.queue.api.MailQueueFactory;
import org.apache.james.queue.api.MailQueueMetricContract;
import org.apache.james.queue.api.MailQueueMetricExtension;
import org.apache.james.queue.api.MailQueueName;
import org.apache.james.queue.api.ManageableMailQueue;
import org.apache.james.queue.api.PriorityManageableMailQueueContract;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.posthouse.queue.Queues;
import org.posthouse.spool.RocksSpool;
import org.posthouse.spool.SpoolConfiguration;

/** James' own contracts of a queue, all of them, on our queue over a real store. */
@Execution(ExecutionMode.CONCURRENT) // with all others
class RelayMailQueueTest
    implements DelayedManageableMailQueueContract,
        DelayedPriorityMailQueueContract,
        PriorityManageableMailQueueContract,
        MailQueueMetricContract {
  @TempDir Path directory;
  private RocksSpool spool;
  private RelayMailQueueFactory factory;
  private ManageableMailQueue queue;

  @BeforeEach
  void open(MailQueueMetricExtension.MailQueueMetricTestSystem metrics) {
    spool = RocksSpool.open(SpoolConfiguration.in(directory), Clock.systemUTC());
    factory =
        QueueFactories.over(
            new Queues(spool, Clock.systemUTC()),
            new WorkInHand(),
            metrics.getMetricFactory(),
            metrics.getSpyGaugeRegistry());
    queue =
        factory.createQueue(MailQueueName.of("contract"), MailQueueFactory.defaultPrefetchCount());
  }

  @AfterEach
  void close() {
    factory.close();
    spool.close();
  }

  @Override
  public ManageableMailQueue getMailQueue() {
    return queue;
  }

  @Override
  public ManageableMailQueue getManageableMailQueue() {
    return queue;
  }
}
