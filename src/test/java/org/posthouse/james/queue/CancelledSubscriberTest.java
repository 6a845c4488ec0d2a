/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import javax.mail.MessagingException;
import org.apache.james.queue.api.MailQueue.MailQueueException;
import org.apache.james.queue.api.MailQueue.MailQueueItem;
import org.apache.james.queue.api.MailQueue.MailQueueItem.CompletionStatus;
import org.apache.james.queue.api.MailQueueFactory;
import org.apache.james.queue.api.MailQueueName;
import org.apache.james.queue.api.ManageableMailQueue;
import org.apache.james.server.core.MailImpl;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.posthouse.queue.Queues;
import org.posthouse.spool.OpenStores;
import org.posthouse.spool.RocksSpool;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

@Timeout(120)
class CancelledSubscriberTest {
  private static final int MAILS = 40;
  private static final int ROUNDS = 200;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir Path directory;
  private RocksSpool spool;
  private RelayMailQueueFactory factory;
  private ManageableMailQueue queue;
  private Scheduler scheduler;

  @BeforeEach
  void open() throws Exception {
    spool = OpenStores.at(directory);
    factory = QueueFactories.over(new Queues(spool, Clock.systemUTC()), new WorkInHand());
    queue =
        factory.createQueue(MailQueueName.of("outgoing"), MailQueueFactory.defaultPrefetchCount());
    scheduler = Schedulers.newBoundedElastic(3, 10_000, "subscriber");
  }

  @AfterEach
  void close() {
    scheduler.dispose();
    factory.close();
    spool.close();
  }

  private void fill(int mails) throws Exception {
    for (int i = 0; i < mails; i++) {
      MailImpl mail = mail("m" + i);
      queue.enQueue(mail);
      mail.dispose();
    }
  }

  private static MailImpl mail(String name) throws MessagingException {
    return NewMails.of(name, "body", "b@example.org");
  }

  private static Mono<Void> workOn(MailQueueItem item) {
    return Mono.fromRunnable(
        () -> {
          try {
            item.getMail();
            item.done(CompletionStatus.RETRY);
          } catch (MailQueueException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  /** As remote delivery and the spooler subscribe, with one more buffer before. */
  private Disposable subscribe(Random random) {
    return Flux.from(queue.deQueue())
        .publishOn(scheduler, 1 + random.nextInt(20))
        .flatMap(item -> workOn(item).subscribeOn(scheduler), 1 + random.nextInt(30))
        .onErrorContinue((failure, item) -> assertThat(failure).hasMessageContaining("cancelled"))
        .subscribe();
  }

  private void assertThatANewSubscriberGetsEveryMail(String round) throws Exception {
    List<MailQueueItem> items =
        Flux.from(queue.deQueue())
            .take(MAILS)
            .doOnNext(MailQueueItem::getMail)
            .collectList()
            .block(PATIENCE);
    assertThat(items)
        .as(round)
        .extracting(item -> item.getMail().getName())
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, MAILS).mapToObj(i -> "m" + i).toList());
    for (MailQueueItem item : items) {
      item.done(CompletionStatus.RETRY);
    }
  }

  @Test
  void itemsInBuffersOfACancelledSubscriberShouldGoToTheNextOne() throws Exception {
    fill(MAILS);
    long seed = ThreadLocalRandom.current().nextLong();
    Random random = new Random(seed);
    for (int round = 0; round < ROUNDS; round++) {
      Disposable subscriber = subscribe(random);
      LockSupport.parkNanos(random.nextInt(2_000_000));
      subscriber.dispose();
      assertThatANewSubscriberGetsEveryMail("round " + round + " of seed " + seed);
    }
    assertThat(queue.getSize()).isEqualTo(MAILS);
  }

  @Test
  void itemsThatWaitForAThreadShouldGoToTheNextSubscriberAndTheOneAtWorkStay() throws Exception {
    fill(5);
    CountDownLatch opened = new CountDownLatch(1);
    CountDownLatch finish = new CountDownLatch(1);
    Scheduler one = Schedulers.newSingle("one");
    Disposable subscriber =
        Flux.from(queue.deQueue())
            .flatMap(
                item ->
                    Mono.fromRunnable(
                            () -> {
                              item.getMail();
                              opened.countDown();
                              awaitUninterruptibly(finish);
                              doneWith(item);
                            })
                        .subscribeOn(one),
                256)
            .subscribe();
    opened.await();
    subscriber.dispose();
    List<String> names = new ArrayList<>();
    Flux.from(queue.deQueue())
        .take(4)
        .doOnNext(item -> names.add(item.getMail().getName()))
        .blockLast(PATIENCE);
    assertThat(names).containsExactlyInAnyOrder("m1", "m2", "m3", "m4");
    finish.countDown();
    one.disposeGracefully().block(PATIENCE);
    assertThat(queue.getSize()).isEqualTo(4);
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    while (latch.getCount() > 0) {
      try {
        latch.await();
      } catch (InterruptedException e) {
        assertThat(e).as("cancelling interrupts the worker").isNotNull();
      }
    }
  }

  private static void doneWith(MailQueueItem item) {
    try {
      item.done(CompletionStatus.SUCCESS);
    } catch (MailQueueException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void itemForWhichASubscriberCancelledShouldStayWithIt() throws Exception {
    fill(2);
    MailQueueItem first = Flux.from(queue.deQueue()).blockFirst(PATIENCE);
    MailQueueItem second = Flux.from(queue.deQueue()).blockFirst(PATIENCE);
    assertThat(first.getMail().getName()).isEqualTo("m0");
    assertThat(second.getMail().getName()).isEqualTo("m1");
  }

  @Test
  void givenBackItemShouldBeOpenedByOneHolderOnly() throws Exception {
    fill(1);
    List<MailQueueItem> buffered = new ArrayList<>();
    CountDownLatch handed = new CountDownLatch(1);
    Disposable subscriber =
        Flux.from(queue.deQueue())
            .subscribe(
                item -> {
                  buffered.add(item);
                  handed.countDown();
                });
    handed.await();
    subscriber.dispose();
    MailQueueItem next = Flux.from(queue.deQueue()).blockFirst(PATIENCE);
    assertThat(next.getMail().getName()).isEqualTo("m0");
    assertThatThrownBy(buffered.get(0)::getMail).isInstanceOf(IllegalStateException.class);
    next.done(CompletionStatus.RETRY);
    assertThat(buffered.get(0).getMail().getName()).isEqualTo("m0");
    buffered.get(0).done(CompletionStatus.SUCCESS);
    assertThat(queue.getSize()).isZero();
  }
}
