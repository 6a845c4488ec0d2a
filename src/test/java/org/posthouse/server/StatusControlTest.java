/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.Set;
import org.apache.james.queue.api.MailQueueFactory;
import org.apache.james.queue.api.MailQueueName;
import org.apache.james.queue.api.ManageableMailQueue;
import org.junit.jupiter.api.Test;
import org.posthouse.spool.SpoolException;

class StatusControlTest {
  @Test
  void statusShouldAnswerWhileTheStoreIsNotOpen() throws Exception {
    assertThat(StatusControl.queueSizes(new ClosedStoreQueues())).isEmpty();
  }

  private static final class ClosedStoreQueues implements MailQueueFactory<ManageableMailQueue> {
    @Override
    public Set<MailQueueName> listCreatedMailQueues() {
      throw new SpoolException("the store is not open at the moment");
    }

    @Override
    public Optional<ManageableMailQueue> getQueue(MailQueueName name, PrefetchCount prefetch) {
      throw new SpoolException("the store is not open at the moment");
    }

    @Override
    public ManageableMailQueue createQueue(MailQueueName name, PrefetchCount prefetch) {
      throw new SpoolException("the store is not open at the moment");
    }
  }
}
