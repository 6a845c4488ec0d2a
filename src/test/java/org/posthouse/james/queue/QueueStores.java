/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.queue;

import org.apache.james.queue.api.MailQueueFactory;
import org.apache.james.queue.api.MailQueueName;
import org.apache.james.queue.api.ManageableMailQueue;
import org.posthouse.queue.Queues;

/** Queues over a store, for tests of other packages. */
public final class QueueStores implements AutoCloseable {
  private final RelayMailQueueFactory factory;

  private QueueStores(RelayMailQueueFactory factory) {
    this.factory = factory;
  }

  public static QueueStores over(Queues queues, WorkInHand work) {
    return new QueueStores(QueueFactories.over(queues, work));
  }

  public ManageableMailQueue queue(String name) {
    return factory.createQueue(MailQueueName.of(name), MailQueueFactory.defaultPrefetchCount());
  }

  public MailQueueFactory<?> factory() {
    return factory;
  }

  @Override
  public void close() {
    factory.close();
  }
}
