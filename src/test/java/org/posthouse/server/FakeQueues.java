/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import javax.mail.MessagingException;
import org.apache.james.queue.api.MailQueue;
import org.apache.james.queue.api.MailQueueFactory;
import org.apache.james.queue.api.MailQueueName;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeName;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A queue that keeps nothing, can be made slow, and can be made to refuse. */
final class FakeQueues implements MailQueueFactory<MailQueue>, MailQueue {
  private final AtomicInteger inside = new AtomicInteger();
  private final List<String> accepted = new CopyOnWriteArrayList<>();
  private final List<String> messages = new CopyOnWriteArrayList<>();
  private final List<Mail> mails = new CopyOnWriteArrayList<>();
  private final List<Duration> delays = new CopyOnWriteArrayList<>();
  private volatile CountDownLatch gate = new CountDownLatch(0);
  private volatile MailQueueException refusal;

  /** From now on enQueue waits until {@link #openGate}. */
  void closeGate() {
    gate = new CountDownLatch(1);
  }

  void openGate() {
    gate.countDown();
  }

  void refuse(MailQueueException exception) {
    refusal = exception;
  }

  /** How many calls wait in enQueue. */
  int inside() {
    return inside.get();
  }

  /** Names of the mails that were taken. */
  List<String> accepted() {
    return accepted;
  }

  /** The mails that were taken; their messages are gone. */
  List<Mail> mails() {
    return mails;
  }

  /** For how long each mail must wait of which that was said. */
  List<Duration> delays() {
    return delays;
  }

  /** Messages of the mails that were taken, an octet each character. */
  List<String> messages() {
    return messages;
  }

  /** Forgets the mails that were taken. */
  void forget() {
    messages.clear();
    mails.clear();
    accepted.clear();
  }

  private static String text(Mail mail) throws MailQueueException {
    try {
      ByteArrayOutputStream octets = new ByteArrayOutputStream();
      mail.getMessage().writeTo(octets);
      return octets.toString(StandardCharsets.ISO_8859_1);
    } catch (IOException | MessagingException e) {
      throw new MailQueueException("unreadable", e);
    }
  }

  @Override
  public void enQueue(Mail mail) throws MailQueueException {
    inside.incrementAndGet();
    try {
      gate.await();
      if (refusal != null) {
        throw refusal;
      }
      messages.add(text(mail));
      mails.add(mail);
      accepted.add(mail.getName());
      mail.setAttribute(
          new Attribute(
              AttributeName.of("org.posthouse.queue-id"),
              AttributeValue.of("Q" + accepted.size())));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MailQueueException("interrupted", e);
    } finally {
      inside.decrementAndGet();
    }
  }

  @Override
  public void enQueue(Mail mail, Duration delay) throws MailQueueException {
    delays.add(delay);
    enQueue(mail);
  }

  @Override
  public Publisher<Void> enqueueReactive(Mail mail) {
    return Mono.empty();
  }

  @Override
  public Publisher<MailQueueItem> deQueue() {
    return Flux.never();
  }

  @Override
  public MailQueueName getName() {
    return MailQueueFactory.SPOOL;
  }

  @Override
  public Set<MailQueueName> listCreatedMailQueues() {
    return Set.of(MailQueueFactory.SPOOL);
  }

  @Override
  public Optional<MailQueue> getQueue(MailQueueName name, PrefetchCount prefetch) {
    return Optional.of(this);
  }

  @Override
  public MailQueue createQueue(MailQueueName name, PrefetchCount prefetch) {
    return this;
  }

  @Override
  public void close() {}
}
