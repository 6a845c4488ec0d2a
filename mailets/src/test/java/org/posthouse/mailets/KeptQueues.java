/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.james.queue.api.MailQueue;
import org.apache.james.queue.api.MailQueueFactory;
import org.apache.james.queue.api.MailQueueName;
import org.apache.mailet.Mail;
import org.reactivestreams.Publisher;

/** Queues that keep what they are given. */
final class KeptQueues implements MailQueueFactory<MailQueue> {
  /** A mail in the state it was given in. */
  record Kept(String queue, Mail mail, String state, Duration delay) {}

  final List<Kept> kept = new ArrayList<>();

  @Override
  public Optional<MailQueue> getQueue(MailQueueName name, PrefetchCount count) {
    return Optional.of(createQueue(name, count));
  }

  @Override
  public MailQueue createQueue(MailQueueName name, PrefetchCount count) {
    return new Queue(name);
  }

  @Override
  public Set<MailQueueName> listCreatedMailQueues() {
    return Set.of();
  }

  private final class Queue implements MailQueue {
    private final MailQueueName name;

    Queue(MailQueueName name) {
      this.name = name;
    }

    @Override
    public MailQueueName getName() {
      return name;
    }

    @Override
    public void enQueue(Mail mail, Duration delay) {
      kept.add(new Kept(name.asString(), mail, mail.getState(), delay));
    }

    @Override
    public void enQueue(Mail mail) {
      enQueue(mail, Duration.ZERO);
    }

    @Override
    public Publisher<Void> enqueueReactive(Mail mail) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Publisher<MailQueueItem> deQueue() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
  }
}
