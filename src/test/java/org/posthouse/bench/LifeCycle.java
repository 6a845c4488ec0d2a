/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.bench;

import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.james.lifecycle.api.LifecycleUtil;
import org.apache.james.queue.api.ManageableMailQueue;
import org.apache.mailet.Mail;

/**
 * The way of mails through the queue alone, as a relay drives it: producers wait for each accept,
 * the spool's consumers hand each mail to the outgoing queue, the outgoing queue's consumers read
 * the whole message and remove it.
 */
final class LifeCycle {
  /**
   * What one round came to.
   *
   * @param mails that went all the way
   * @param acceptSeconds from the first accept to the last
   * @param totalSeconds from the first accept to the last removal
   */
  record Round(int mails, double acceptSeconds, double totalSeconds) {
    double acceptedPerSecond() {
      return mails / acceptSeconds;
    }

    double cyclesPerSecond() {
      return mails / totalSeconds;
    }
  }

  private static final long LIMIT_SECONDS = 600;

  private final ManageableMailQueue spool;
  private final ManageableMailQueue outgoing;
  private final BenchMails mails;

  LifeCycle(ManageableMailQueue spool, ManageableMailQueue outgoing, BenchMails mails) {
    this.spool = spool;
    this.outgoing = outgoing;
    this.mails = mails;
  }

  Round run(int count, int producers, int consumers) throws Exception {
    CompletableFuture<Void> moved = Consumers.take(spool, count, consumers, outgoing::enQueue);
    CompletableFuture<Void> removed = Consumers.take(outgoing, count, consumers, LifeCycle::read);
    long begin = System.nanoTime();
    produce(count, producers);
    double accepted = secondsSince(begin);
    CompletableFuture.allOf(moved, removed).get(LIMIT_SECONDS, TimeUnit.SECONDS);
    return new Round(count, accepted, secondsSince(begin));
  }

  private static void read(Mail mail) throws Exception {
    mail.getMessage().writeTo(OutputStream.nullOutputStream());
  }

  /** Enqueues from several threads; returns when all mails are accepted. */
  void produce(int count, int producers) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(producers);
    AtomicInteger left = new AtomicInteger(count);
    List<Future<?>> running = new ArrayList<>();
    try {
      for (int i = 0; i < producers; i++) {
        running.add(
            threads.submit(
                () -> {
                  while (left.getAndDecrement() > 0) {
                    accept();
                  }
                  return null;
                }));
      }
      for (Future<?> producer : running) {
        producer.get(LIMIT_SECONDS, TimeUnit.SECONDS);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private void accept() throws Exception {
    Mail mail = mails.next();
    spool.enQueue(mail);
    LifecycleUtil.dispose(mail);
  }

  static double secondsSince(long nanos) {
    return (System.nanoTime() - nanos) / 1e9;
  }
}
