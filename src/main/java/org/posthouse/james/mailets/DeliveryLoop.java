/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.mailets;

import java.time.Duration;
import java.util.Date;
import java.util.List;
import javax.mail.MessagingException;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.util.concurrent.Queues;

/**
 * Takes mail from a queue and has stock attempt to deliver it. Stock's own loop does the same, with
 * the same threads, retries and bounces, but forgets why an attempt failed before anybody can ask.
 */
final class DeliveryLoop {
  private static final Logger LOGGER = LoggerFactory.getLogger(DeliveryLoop.class);
  private static final Duration GRACE = Duration.ofSeconds(2);

  private final MailQueue queue;
  private final RemoteDeliveryConfiguration configuration;
  private final MailetContext context;
  private final MetricFactory metrics;
  private final Metric delivered;
  private final Bouncer bouncer;
  private final MailDelivrer delivery;
  private final Scheduler taking = Schedulers.newSingle("RemoteDelivery-Dequeue");
  private final Scheduler attempts =
      Schedulers.newBoundedElastic(
          Schedulers.DEFAULT_BOUNDED_ELASTIC_SIZE,
          Schedulers.DEFAULT_BOUNDED_ELASTIC_QUEUESIZE,
          "RemoteDelivery-Process");
  private @Nullable Disposable subscription;

  DeliveryLoop(
      MailQueue queue,
      RemoteDeliveryConfiguration configuration,
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
            configuration, new NotedHosts(configuration, context), dns, bouncer, context);
  }

  void start() {
    subscription =
        Flux.from(queue.deQueue())
            .flatMap(item -> timed(item).subscribeOn(attempts), Queues.SMALL_BUFFER_SIZE)
            .onErrorContinue((failure, item) -> LOGGER.error("An attempt failed", failure))
            .subscribeOn(taking)
            .subscribe();
  }

  /** Lets attempts under way end for a moment; their mail stays in the queue. */
  void stop() {
    if (subscription != null) {
      subscription.dispose();
    }
    taking.dispose();
    attempts.disposeGracefully().timeout(GRACE).onErrorResume(e -> Mono.empty()).block();
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
    DeliveryNotes notes = DeliveryNotes.begin(mail);
    ExecutionResult result = delivery.deliver(mail);
    result
        .getException()
        .ifPresent(failure -> notes.unreachable(mail.getRecipients(), FailureText.of(failure)));
    switch (result.getExecutionState()) {
      case SUCCESS -> succeeded(mail);
      case TEMPORARY_FAILURE -> failedForNow(mail, notes, result);
      case PERMANENT_FAILURE -> {
        setPermanent(mail, true);
        bouncer.bounce(mail, result.getException().orElse(null));
      }
    }
  }

  private void succeeded(Mail mail) throws MessagingException {
    delivered.increment();
    if (configuration.getOnSuccess().isPresent()) {
      context.sendMail(mail, configuration.getOnSuccess().get().getValue());
    }
  }

  private void failedForNow(Mail mail, DeliveryNotes notes, ExecutionResult result)
      throws MessagingException {
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
      giveUp(mail, notes, 1 + retries, result);
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
  private void giveUp(Mail mail, DeliveryNotes notes, int attempts, ExecutionResult result) {
    notes.givenUp(mail.getRecipients(), attempts);
    String reason =
        mail.getRecipients().stream()
            .findFirst()
            .flatMap(recipient -> notes.error(recipient.asString()))
            .orElse("given up after " + attempts + " attempts");
    bouncer.bounce(mail, new Exception(reason, result.getException().orElse(null)));
  }

  private static void setPermanent(Mail mail, boolean permanent) {
    mail.setAttribute(
        new Attribute(Bouncer.IS_DELIVERY_PERMANENT_ERROR, AttributeValue.of(permanent)));
  }
}
