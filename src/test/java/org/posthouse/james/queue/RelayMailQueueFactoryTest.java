/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.queue;

import java.nio.file.Path;
import java.time.Clock;
import org.apache.james.queue.api.MailQueueFactory;
import org.apache.james.queue.api.MailQueueFactoryContract;
import org.apache.james.queue.api.ManageableMailQueue;
import org.apache.james.queue.api.ManageableMailQueueFactoryContract;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.posthouse.queue.Queues;
import org.posthouse.spool.RocksSpool;
import org.posthouse.spool.SpoolConfiguration;

/** James' own contracts of a factory of queues. */
class RelayMailQueueFactoryTest
    implements MailQueueFactoryContract<ManageableMailQueue>,
        ManageableMailQueueFactoryContract<ManageableMailQueue> {
  @TempDir Path directory;
  private RocksSpool spool;
  private RelayMailQueueFactory factory;

  @BeforeEach
  void open() {
    spool = RocksSpool.open(SpoolConfiguration.in(directory), Clock.systemUTC());
    factory = QueueFactories.over(new Queues(spool, Clock.systemUTC()), new WorkInHand());
  }

  @AfterEach
  void close() {
    factory.close();
    spool.close();
  }

  @Override
  public MailQueueFactory<ManageableMailQueue> getMailQueueFactory() {
    return factory;
  }
}
