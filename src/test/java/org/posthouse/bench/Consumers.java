/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.bench;

import java.util.concurrent.CompletableFuture;
import org.apache.james.lifecycle.api.LifecycleUtil;
import org.apache.james.queue.api.MailQueue.MailQueueItem;
import org.apache.james.queue.api.MailQueue.MailQueueItem.CompletionStatus;
import org.apache.james.queue.api.ManageableMailQueue;
import org.apache.mailet.Mail;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Threads behind a queue, which take a number of mails for good and leave the rest alone. */
final class Consumers {
  /** What is done with a mail before its item is removed. */
  @FunctionalInterface
  interface Work {
    void on(Mail mail) throws Exception;
  }

  private Consumers() {}

  /** Completes when {@code count} mails are worked on and removed; fails with the first failure. */
  static CompletableFuture<Void> take(
      ManageableMailQueue queue, int count, int threads, Work work) {
    Scheduler scheduler = Schedulers.newBoundedElastic(threads, 100_000, "consumer");
    return Flux.from(queue.deQueue())
        .take(count)
        .flatMap(
            item -> Mono.fromCallable(() -> finish(item, work)).subscribeOn(scheduler), threads)
        .then()
        .doFinally(signal -> scheduler.dispose())
        .toFuture();
  }

  private static MailQueueItem finish(MailQueueItem item, Work work) throws Exception {
    Mail mail = item.getMail();
    work.on(mail);
    item.done(CompletionStatus.SUCCESS);
    LifecycleUtil.dispose(mail);
    return item;
  }
}
