/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.queue;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import javax.mail.MessagingException;
import org.apache.james.metrics.api.GaugeRegistry;
import org.apache.james.metrics.api.Metric;
import org.apache.james.metrics.api.MetricFactory;
import org.apache.james.metrics.api.TimeMetric;
import org.apache.james.queue.api.MailQueueItemDecoratorFactory;
import org.apache.james.queue.api.MailQueueName;
import org.apache.james.queue.api.ManageableMailQueue;
import org.apache.mailet.Mail;
import org.posthouse.queue.DueQueue;
import org.posthouse.queue.Operations;
import org.posthouse.queue.Step;
import org.posthouse.queue.Taken;
import org.posthouse.spool.Durability;
import org.posthouse.spool.SpoolException;
import org.posthouse.spool.SpoolId;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * James' manageable queue over one of ours. {@code enQueue} returns when the mail is on the disk,
 * unless it happens while a queue item is worked on: then it commits with that item's removal.
 */
final class RelayMailQueue implements ManageableMailQueue {
  private static final Logger LOGGER = LoggerFactory.getLogger(RelayMailQueue.class);

  private final MailQueueName name;
  private final DueQueue queue;
  private final QueueContext context;
  private final Dispatcher dispatcher;
  private final Metric enqueued;
  private final Metric dequeued;
  private final MetricFactory metrics;

  RelayMailQueue(
      MailQueueName name,
      DueQueue queue,
      QueueContext context,
      MailQueueItemDecoratorFactory decorators,
      MetricFactory metrics,
      GaugeRegistry gauges) {
    this.name = name;
    this.queue = queue;
    this.context = context;
    this.metrics = metrics;
    this.enqueued = metrics.generate(ENQUEUED_METRIC_NAME_PREFIX + name.asString());
    this.dequeued = metrics.generate(DEQUEUED_METRIC_NAME_PREFIX + name.asString());
    this.dispatcher =
        new Dispatcher(queue, this::item, item -> decorators.decorate(item, name), context.clock());
    gauges.register(QUEUE_SIZE_METRIC_NAME_PREFIX + name.asString(), queue::size);
  }

  private RelayMailQueueItem item(Taken taken) {
    dequeued.increment();
    return new RelayMailQueueItem(context, taken);
  }

  @Override
  public MailQueueName getName() {
    return name;
  }

  @Override
  public void enQueue(Mail mail) throws MailQueueException {
    enQueue(mail, Duration.ZERO);
  }

  @Override
  public void enQueue(Mail mail, Duration delay) throws MailQueueException {
    TimeMetric timer = metrics.timer(ENQUEUED_TIMER_METRIC_NAME_PREFIX + name.asString());
    boolean intake = isIntake(mail);
    try {
      stored(mail, delay, intake).join();
      if (intake) {
        context.events().accepted(mail);
      }
    } catch (CompletionException | SpoolException | UncheckedIOException e) {
      throw refused(e);
    } finally {
      timer.stopAndPublish();
    }
  }

  @Override
  public Publisher<Void> enqueueReactive(Mail mail) {
    boolean intake = isIntake(mail);
    return Mono.fromFuture(
            () -> {
              try {
                return stored(mail, Duration.ZERO, intake);
              } catch (MailQueueException | RuntimeException e) {
                return CompletableFuture.<Void>failedFuture(e);
              }
            })
        .onErrorMap(RelayMailQueue::refused)
        .doOnSuccess(
            done -> {
              if (intake) {
                context.events().accepted(mail);
              }
            });
  }

  /** New mail, as opposed to mail that moves on inside. */
  private boolean isIntake(Mail mail) {
    return context.isSpool()
        && QueueId.of(mail).isEmpty()
        && context.work().itemFor(mail, true).isEmpty();
  }

  private static MailQueueException refused(Throwable cause) {
    if (cause instanceof MailQueueException refused) {
      return refused;
    }
    if (cause instanceof CompletionException && cause.getCause() != null) {
      return refused(cause.getCause());
    }
    Exception reason = cause instanceof Exception e ? e : new SpoolException("failed", cause);
    return cause instanceof SpoolException.Full
        ? new QueueFullException(String.valueOf(cause.getMessage()))
        : new MailQueueException("the mail could not be stored: " + cause.getMessage(), reason);
  }

  /** Completes when the mail is stored, at once when that happens with the item in hand. */
  private CompletableFuture<Void> stored(Mail mail, Duration delay, boolean intake)
      throws MailQueueException {
    Optional<RelayMailQueueItem> item = context.work().itemFor(mail, context.isSpool());
    if (item.isPresent()) {
      stageWith(item.get(), mail, delay);
      return CompletableFuture.completedFuture(null);
    }
    Step step = context.queues().step();
    try {
      stage(intake ? step.asIntake() : step, mail, delay);
    } catch (MailQueueException | RuntimeException e) {
      step.abandon();
      throw e;
    }
    return step.commit(Durability.SYNCED);
  }

  private void stageWith(RelayMailQueueItem item, Mail mail, Duration delay)
      throws MailQueueException {
    boolean generated = isGenerated(item, mail);
    if (generated) {
      QueueId.remove(mail);
    }
    try {
      if (!deferred(item, mail, delay)) {
        stage(item.step(), item.toStore(mail), delay);
      }
    } catch (MailQueueException | RuntimeException e) {
      item.lacksSomething();
      throw e;
    }
    item.staged(mail, context.isSpool(), delay);
    if (generated) {
      context.events().generated(mail, item.getMail());
    } else if (context.isSpool() && !delay.isZero()) {
      item.step().afterwards(context.events().waits(mail, delay));
    }
  }

  /**
   * Whether a mailet wrote this mail: it goes to the processors from the start, and in another
   * one's name. Stock makes bounces and notices of a copy of the mail, with all its attributes;
   * splits, and mail for a delivery queue, are still the mail that was accepted.
   */
  private boolean isGenerated(RelayMailQueueItem item, Mail mail) {
    return QueueId.of(mail).isEmpty() || (context.isSpool() && !item.isFromSenderOf(mail));
  }

  /** Whether an item's own mail came back for another attempt, and its entry can stay. */
  private boolean deferred(RelayMailQueueItem item, Mail mail, Duration delay)
      throws MailQueueException {
    try {
      boolean defers = item.defers(queue, mail, due(delay));
      if (defers) {
        item.step().afterwards(enqueued::increment);
      }
      return defers;
    } catch (MessagingException e) {
      throw unreadable(mail, e);
    }
  }

  private static MailQueueException unreadable(Mail mail, MessagingException reason) {
    return new MailQueueException("the mail " + mail.getName() + " cannot be read", reason);
  }

  private void stage(Step step, Mail mail, Duration delay) throws MailQueueException {
    try {
      SpoolId id = context.queues().nextId();
      if (QueueId.of(mail).isEmpty()) {
        QueueId.set(mail, id.toString());
      }
      long due = due(delay);
      Mails.store(mail, draft -> step.enqueue(queue, id, draft, due));
      step.afterwards(enqueued::increment);
    } catch (MessagingException e) {
      throw unreadable(mail, e);
    }
  }

  /** Milliseconds since the epoch; a delay beyond all time is kept, as the end of time. */
  private long due(Duration delay) {
    long now = context.clock().millis();
    if (delay.isNegative() || delay.isZero()) {
      return now;
    }
    try {
      return Math.addExact(now, delay.toMillis());
    } catch (ArithmeticException e) {
      return Long.MAX_VALUE;
    }
  }

  @Override
  public Publisher<MailQueueItem> deQueue() {
    return dispatcher.items();
  }

  @Override
  public long getSize() {
    return queue.size();
  }

  @Override
  public long flush() {
    return operations().flush();
  }

  @Override
  public long clear() {
    return operations().clear(this::isRemoved);
  }

  @Override
  public long remove(Type type, String value) {
    return switch (type) {
      case Sender -> operations().removeBySender(value, this::isRemoved);
      case Recipient -> operations().removeByRecipient(value, this::isRemoved);
      case Name -> operations().removeByName(value, this::isRemoved);
    };
  }

  private void isRemoved(SpoolId id) {
    context.events().removed(context.mails().remains(id), queue.name());
  }

  private Operations operations() {
    return context.queues().operations(queue);
  }

  @Override
  public MailQueueIterator browse() {
    return new Browsing(operations().browse());
  }

  /** A queue is shared by all who asked for it: it ends with the factory. */
  @Override
  public void close() {}

  void end() {
    dispatcher.close();
  }

  /** Loads each mail when it comes by; leaves out those that went meanwhile or are damaged. */
  private final class Browsing implements MailQueueIterator {
    private final Iterator<Operations.View> views;
    private Optional<MailQueueItemView> next = Optional.empty();

    Browsing(Iterator<Operations.View> views) {
      this.views = views;
    }

    @Override
    public boolean hasNext() {
      while (next.isEmpty() && views.hasNext()) {
        next = view(views.next());
      }
      return next.isPresent();
    }

    @Override
    public MailQueueItemView next() {
      if (!hasNext()) {
        throw new java.util.NoSuchElementException();
      }
      MailQueueItemView view = next.orElseThrow();
      next = Optional.empty();
      return view;
    }

    private Optional<MailQueueItemView> view(Operations.View view) {
      try {
        return context
            .mails()
            .find(view.id())
            .map(mail -> new DefaultMailQueueItemView(mail, at(view.due())));
      } catch (SpoolException.Unreadable e) {
        LOGGER.warn("queue {}: {}", name.asString(), e.getMessage());
        return Optional.empty();
      }
    }

    private ZonedDateTime at(long due) {
      return Instant.ofEpochMilli(Math.min(due, Instant.MAX.getEpochSecond()))
          .atZone(ZoneOffset.UTC);
    }

    @Override
    public void close() {}
  }
}
