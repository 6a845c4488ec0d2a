/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.mailets;

import java.time.Duration;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.mail.AuthenticationFailedException;
import javax.mail.MessagingException;
import org.apache.james.core.MailAddress;
import org.apache.james.dnsservice.api.DNSService;
import org.apache.james.lifecycle.api.LifecycleUtil;
import org.apache.james.metrics.api.Metric;
import org.apache.james.metrics.api.MetricFactory;
import org.apache.james.metrics.api.TimeMetric;
import org.apache.james.queue.api.MailPrioritySupport;
import org.apache.james.queue.api.MailQueue;
import org.apache.james.queue.api.MailQueue.MailQueueItem;
import org.apache.james.queue.api.MailQueue.MailQueueItem.CompletionStatus;
import org.apache.james.transport.mailets.remote.delivery.Bouncer;
import org.apache.james.transport.mailets.remote.delivery.Delay;
import org.apache.james.transport.mailets.remote.delivery.DeliveryRetriesHelper;
import org.apache.james.transport.mailets.remote.delivery.DeliveryRunnable;
import org.apache.james.transport.mailets.remote.delivery.ExecutionResult;
import org.apache.james.transport.mailets.remote.delivery.MailDelivrer;
import org.apache.james.transport.mailets.remote.delivery.RemoteDeliveryConfiguration;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;
import org.apache.mailet.MailetContext;
import org.jspecify.annotations.Nullable;
import org.posthouse.james.queue.DeliveryNotes;
import org.posthouse.spool.SpoolException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.util.concurrent.Queues;

/**
 * Takes mail from a queue and has stock attempt to deliver it. Stock's own loop does the same, with
 * the same threads, retries and bounces, but forgets why an attempt failed before anybody can ask.
 */
final class DeliveryLoop {
  private static final Logger LOGGER = LoggerFactory.getLogger(DeliveryLoop.class);
  private static final String NOT_SENDABLE = "553 5.1.3 Not an address that can be sent to";
  private static final String NO_ADDRESS = "There are no DNS entries";
  private static final Duration GRACE = Duration.ofSeconds(3);
  private static final Duration LAST_GRACE = Duration.ofMillis(500);
  private static final Duration LEAST_GRACE = Duration.ofMillis(20);

  private final MailQueue queue;
  private final DeliverySettings configuration;
  private final MailetContext context;
  private final MetricFactory metrics;
  private final Metric delivered;
  private final Bouncer bouncer;
  private final MailDelivrer delivery;
  private final Scheduler taking = Schedulers.newSingle("RemoteDelivery-Dequeue");

  /**
   * As many threads as stock has, but one queue for all of them: with stock's a mail waits for one
   * thread, which may be busy with a silent host while others are idle.
   */
  private final Scheduler attempts =
      Schedulers.fromExecutorService(
          Executors.newFixedThreadPool(
              Schedulers.DEFAULT_BOUNDED_ELASTIC_SIZE, DeliveryLoop::attemptThread));

  private final Sinks.Empty<Void> stop = Sinks.empty();
  private final CountDownLatch ended = new CountDownLatch(1);
  private @Nullable Disposable subscription;
  private volatile boolean stopping;
  private volatile long stopBegan;

  DeliveryLoop(
      MailQueue queue,
      DeliverySettings configuration,
      DNSService dns,
      MailetContext context,
      MetricFactory metrics) {
    this.queue = queue;
    this.configuration = configuration;
    this.context = context;
    this.metrics = metrics;
    this.delivered = metrics.generate(DeliveryRunnable.OUTGOING_MAILS);
    this.bouncer = new Bouncer(configuration, context);
    this.delivery =
        new MailDelivrer(
            configuration,
            new NotedHosts(configuration, context),
            dns,
            new Silent(configuration, context),
            context);
  }

  /** Stock bounces to some within an attempt, before it is known what becomes of the others. */
  private static final class Silent extends Bouncer {
    Silent(RemoteDeliveryConfiguration configuration, MailetContext context) {
      super(configuration, context);
    }

    @Override
    public void bounce(Mail mail, Exception reason) {
      LOGGER.trace("{} is bounced after the attempt, if it is", mail.getName());
    }
  }

  void start() {
    subscription =
        Flux.from(queue.deQueue())
            .takeUntilOther(stop.asMono())
            .flatMap(item -> timed(item).subscribeOn(attempts), Queues.SMALL_BUFFER_SIZE)
            .onErrorContinue((failure, item) -> log(failure))
            .subscribeOn(taking)
            .doFinally(signal -> ended.countDown())
            .subscribe();
  }

  private static Thread attemptThread(Runnable task) {
    Thread thread = new Thread(task, "RemoteDelivery-Process");
    thread.setDaemon(true);
    return thread;
  }

  private void log(Throwable failure) {
    if (failure instanceof Stopping) {
      LOGGER.debug("{}", failure.getMessage());
    } else if (stopping) {
      LOGGER.warn("the stop cut an attempt short: {}", failure.getMessage());
    } else {
      LOGGER.error("An attempt failed", failure);
    }
  }

  /** Begins no attempt from now on. */
  synchronized void beginStop() {
    if (!stopping) {
      stopping = true;
      stopBegan = System.nanoTime();
      stop.tryEmitEmpty();
    }
  }

  private Duration left(Duration sinceTheStop) {
    Duration left = sinceTheStop.minusNanos(System.nanoTime() - stopBegan);
    return left.compareTo(LEAST_GRACE) < 0 ? LEAST_GRACE : left;
  }

  /**
   * Lets attempts under way end for a moment, since a host may just be about to accept; none
   * begins. What does not end stays in the queue. The moment is the same for all deliveries, which
   * {@link #beginStop} has begun together.
   */
  void stop() {
    beginStop();
    if (subscription != null) {
      await();
      subscription.dispose();
    }
    taking.dispose();
    attempts
        .disposeGracefully()
        .timeout(left(GRACE.plus(LAST_GRACE)))
        .onErrorResume(e -> Mono.empty())
        .block();
  }

  private void await() {
    try {
      if (!ended.await(left(GRACE).toMillis(), TimeUnit.MILLISECONDS)) {
        LOGGER.info("attempts of delivery are cut short: their hosts did not answer in {}", GRACE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Mono<Void> timed(MailQueueItem item) {
    return Mono.defer(
        () -> {
          TimeMetric timer = metrics.timer(DeliveryRunnable.REMOTE_DELIVERY_TRIAL);
          try {
            work(item);
          } catch (MessagingException e) {
            return Mono.error(e);
          }
          timer.stopAndPublish();
          return Mono.empty();
        });
  }

  /**
   * What fails here is not the mail's fault: it is tried again, after a pause, lest it fails again
   * at once and for ever. An Error is not caught: memory that is out stays out.
   */
  private void work(MailQueueItem item) throws MessagingException {
    if (stopping) {
      return; // not opened, so it goes back as it is when the subscription ends
    }
    Mail mail = item.getMail();
    try {
      attempt(mail);
      item.done(CompletionStatus.SUCCESS);
    } catch (MessagingException | RuntimeException e) {
      item.done(CompletionStatus.REJECT);
      throw e;
    } finally {
      LifecycleUtil.dispose(mail);
    }
  }

  private void attempt(Mail mail) throws MessagingException {
    List<MailAddress> all = List.copyOf(mail.getRecipients());
    DeliveryNotes notes = DeliveryNotes.begin(mail);
    ExecutionResult result = delivery.deliver(mail);
    requireReadable(result, notes);
    requireNoFaultOfOurs(result);
    requireNoStop(all, notes);
    result
        .getException()
        .map(this::unreachable)
        .ifPresent(error -> all.forEach(recipient -> notes.unreachable(recipient, error)));
    Map<Outcome, List<MailAddress>> outcomes =
        all.stream().collect(Collectors.groupingBy(to -> Outcome.of(to, notes, result)));
    succeeded(mail, outcomes.getOrDefault(Outcome.DELIVERED, List.of()));
    refused(mail, outcomes.getOrDefault(Outcome.REFUSED, List.of()), notes);
    failedForNow(mail, outcomes.getOrDefault(Outcome.LATER, List.of()), notes);
  }

  /** Stock blames the recipients' domain for a gateway without an address. */
  private String unreachable(Throwable failure) {
    String text = FailureText.of(failure);
    return text.startsWith(NO_ADDRESS) && !configuration.getGatewayServer().isEmpty()
        ? "no address was found for the gateway "
            + String.join(", ", configuration.getGatewayServer())
        : text;
  }

  /** What became of one recipient. */
  private enum Outcome {
    DELIVERED,
    REFUSED,
    LATER;

    static Outcome of(MailAddress recipient, DeliveryNotes notes, ExecutionResult result) {
      if (notes.isDelivered(recipient)) {
        return DELIVERED;
      }
      return refused(recipient, notes, result) || recipient.toInternetAddress().isEmpty()
          ? REFUSED
          : LATER;
    }

    /** Of who was asked for at a host only the reply counts, and silence is none. */
    private static boolean refused(
        MailAddress recipient, DeliveryNotes notes, ExecutionResult result) {
      return (notes.isAnswered(recipient) || notes.host(recipient).isPresent())
          ? notes.isRefused(recipient)
          : isRefused(result);
    }

    /**
     * A host that refuses the relay's login says nothing of the mail: it waits for a better one.
     */
    private static boolean isRefused(ExecutionResult result) {
      return result.getExecutionState() == ExecutionResult.ExecutionState.PERMANENT_FAILURE
          && result
              .getException()
              .flatMap(e -> FailureText.cause(e, AuthenticationFailedException.class))
              .isEmpty();
    }
  }

  /** A mail that is damaged is no host's business: it is set aside. */
  private static void requireReadable(ExecutionResult result, DeliveryNotes notes) {
    Optional<SpoolException.Unreadable> damage =
        result.getException().flatMap(e -> FailureText.cause(e, SpoolException.Unreadable.class));
    if (damage.isPresent()) {
      notes.damaged(damage.get());
      throw damage.get();
    }
  }

  /**
   * What no host said and no network did, such as a look-up while the JVM ends, is no attempt: it
   * neither counts nor bounces, and the mail stays for who was not delivered yet.
   */
  private static void requireNoFaultOfOurs(ExecutionResult result) {
    Optional<RuntimeException> fault =
        result
            .getException()
            .filter(RuntimeException.class::isInstance)
            .map(RuntimeException.class::cast);
    if (fault.isPresent()) {
      throw fault.get();
    }
  }

  /**
   * While the relay stops, look-ups are interrupted and connections closed, and stock takes that
   * for a domain that does not exist. Only what a host said counts then.
   */
  private void requireNoStop(List<MailAddress> recipients, DeliveryNotes notes) {
    boolean answered =
        recipients.stream().allMatch(to -> notes.isDelivered(to) || notes.isAnswered(to));
    if (!answered && (stopping || JvmEnd.hasBegun())) {
      throw new Stopping();
    }
  }

  private static final class Stopping extends RuntimeException {
    private static final long serialVersionUID = 1;

    Stopping() {
      super("an attempt broke off because the relay stops; the mail stays as it is");
    }
  }

  private void succeeded(Mail mail, List<MailAddress> recipients) throws MessagingException {
    if (recipients.isEmpty()) {
      return;
    }
    delivered.increment();
    if (configuration.successProcessor().isPresent()) {
      Mail copy = mail.duplicate();
      try {
        copy.setRecipients(recipients);
        context.sendMail(copy, configuration.successProcessor().get().getValue());
      } finally {
        LifecycleUtil.dispose(copy);
      }
    }
  }

  private void refused(Mail mail, List<MailAddress> recipients, DeliveryNotes notes) {
    if (!recipients.isEmpty()) {
      setPermanent(mail, true);
      bounce(mail, recipients, notes);
    }
  }

  /**
   * One bounce for each reason: nobody is told what a host said to another. A bounce is a new mail,
   * whose attempts are counted from none.
   */
  private void bounce(Mail mail, List<MailAddress> recipients, DeliveryNotes notes) {
    String state = mail.getState();
    Optional<Attribute> attempts = mail.removeAttribute(DeliveryRetriesHelper.DELIVERY_RETRY_COUNT);
    Map<String, List<MailAddress>> byReason =
        recipients.stream()
            .collect(
                Collectors.groupingBy(
                    to -> notes.error(to).orElse(NOT_SENDABLE),
                    LinkedHashMap::new,
                    Collectors.toList()));
    byReason.forEach(
        (reason, same) -> {
          mail.setRecipients(same);
          bouncer.bounce(mail, new MessagingException(reason));
          mail.setState(state); // that of a bounce would have the attempts counted anew
        });
    mail.setRecipients(recipients);
    attempts.ifPresent(mail::setAttribute);
  }

  private void failedForNow(Mail mail, List<MailAddress> recipients, DeliveryNotes notes)
      throws MessagingException {
    if (recipients.isEmpty()) {
      return;
    }
    mail.setRecipients(recipients);
    if (!Mail.ERROR.equals(mail.getState())) {
      mail.setState(Mail.ERROR);
      DeliveryRetriesHelper.initRetries(mail);
      mail.setLastUpdated(new Date());
    }
    setPermanent(mail, false);
    int retries = DeliveryRetriesHelper.retrieveRetries(mail);
    if (retries < configuration.getMaxRetries()) {
      defer(mail);
    } else {
      giveUp(mail, recipients, notes, 1 + retries);
    }
  }

  private void defer(Mail mail) throws MessagingException {
    DeliveryRetriesHelper.incrementRetries(mail);
    mail.setLastUpdated(new Date());
    if (configuration.isUsePriority()) {
      mail.setAttribute(MailPrioritySupport.LOW_PRIORITY_ATTRIBUTE);
    }
    queue.enQueue(mail, delay(DeliveryRetriesHelper.retrieveRetries(mail)));
  }

  private Duration delay(int retry) {
    List<Duration> delays = configuration.getDelayTimes();
    return retry > delays.size() ? Delay.DEFAULT_DELAY_TIME : delays.get(retry - 1);
  }

  /** Stock tells the sender how often it tried, and not what went wrong. */
  private void giveUp(Mail mail, List<MailAddress> recipients, DeliveryNotes notes, int attempts) {
    recipients.forEach(recipient -> notes.givenUp(recipient, attempts));
    bounce(mail, recipients, notes);
  }

  private static void setPermanent(Mail mail, boolean permanent) {
    mail.setAttribute(
        new Attribute(Bouncer.IS_DELIVERY_PERMANENT_ERROR, AttributeValue.of(permanent)));
  }
}
