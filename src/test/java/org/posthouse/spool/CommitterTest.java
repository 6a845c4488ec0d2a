/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class CommitterTest {
  private final List<Batch> written = Collections.synchronizedList(new ArrayList<>());
  private final List<Boolean> syncs = Collections.synchronizedList(new ArrayList<>());
  private volatile Consumer<List<Committer.Pending>> disk = group -> {};
  private final BlockingQueue<Long> syncsBehind = new LinkedBlockingQueue<>();
  private volatile boolean refusesSync;
  private final Committer committer =
      new Committer(
          new Committer.Writer() {
            @Override
            public void write(List<Committer.Pending> group, boolean sync) {
              disk.accept(group);
              group.forEach(pending -> written.add(pending.batch()));
              syncs.add(sync);
            }

            @Override
            public void sync() {
              if (refusesSync) {
                refusesSync = false;
                throw new SpoolException("no");
              }
              syncsBehind.add(System.nanoTime());
            }
          });

  @AfterEach
  void close() {
    committer.close();
  }

  @Test
  void commitsThatWaitShouldShareASync() {
    CountDownLatch busy = new CountDownLatch(1);
    disk = group -> awaitQuietly(busy);
    committer.start();
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      all.add(committer.submit(batch(i), Durability.SYNCED));
    }
    busy.countDown();
    all.forEach(CompletableFuture::join);
    assertThat(committer.counters().commits()).isEqualTo(500);
    assertThat(committer.counters().syncs()).isLessThanOrEqualTo(3);
    assertThat(written).hasSize(500);
  }

  @Test
  void orderedCommitsShouldNotWaitForASyncAndShareOneSoonAfter() throws InterruptedException {
    CompletableFuture<Void> ordered = committer.submit(batch(1), Durability.ORDERED);
    long begin = System.nanoTime();
    committer.start();
    ordered.join();
    committer.submit(batch(2), Durability.ORDERED).join();
    assertThat(syncs).containsOnly(false);
    Long first = syncsBehind.poll(10, TimeUnit.SECONDS);
    assertThat(first).as("synced behind").isNotNull();
    assertThat(first - begin).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(20));
    assertThat(syncsBehind.poll(100, TimeUnit.MILLISECONDS)).as("nothing is left").isNull();
  }

  @Test
  void syncedCommitShouldTakeTheOrderedOnesBeforeItAlong() throws InterruptedException {
    committer.start();
    committer.submit(batch(1), Durability.ORDERED).join();
    committer.submit(batch(2), Durability.SYNCED).join();
    assertThat(syncs).containsExactly(false, true);
    assertThat(syncsBehind.poll(100, TimeUnit.MILLISECONDS)).isNull();
  }

  @Test
  void streamOfOrderedCommitsShouldBeSynced() {
    committer.start();
    for (int i = 0; !syncs.contains(true); i++) {
      committer.submit(batch(i), Durability.ORDERED).join();
    }
  }

  @Test
  void commitThatIsSyncedSoonShouldWaitForTheSync() throws InterruptedException {
    committer.start();
    long begin = System.nanoTime();
    committer.submit(batch(1), Durability.SYNCED_SOON).join();
    assertThat(syncs).containsExactly(false);
    assertThat(syncsBehind.poll() - begin).isGreaterThanOrEqualTo(5_000_000);
  }

  @Test
  void commitThatIsSyncedSoonShouldShareTheSyncOfAnother() throws InterruptedException {
    committer.start();
    CompletableFuture<Void> soon = committer.submit(batch(1), Durability.SYNCED_SOON);
    committer.submit(batch(2), Durability.SYNCED).join();
    soon.join();
    assertThat(syncs).last().isEqualTo(true);
    assertThat(syncsBehind.poll(100, TimeUnit.MILLISECONDS)).isNull();
  }

  @Test
  void threadsThatCommitAtOnceShouldShareSyncsAndLoseNone() throws InterruptedException {
    committer.start();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Thread thread =
          new Thread(
              () -> {
                for (int n = 0; n < 500; n++) {
                  committer.submit(batch(n), Durability.SYNCED).join();
                }
              });
      thread.start();
      threads.add(thread);
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(written).hasSize(2000);
    assertThat(committer.counters().syncs()).isLessThan(1500);
  }

  @Test
  void eightThatAreSyncedSoonShouldNotWaitForMore() throws InterruptedException {
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      all.add(committer.submit(batch(i), Durability.SYNCED_SOON));
    }
    committer.start();
    all.forEach(CompletableFuture::join);
    assertThat(syncs).containsExactly(true);
    assertThat(syncsBehind.poll(100, TimeUnit.MILLISECONDS)).isNull();
  }

  @Test
  void commitWhoseLateSyncFailsShouldWaitForTheNext() throws InterruptedException {
    refusesSync = true;
    committer.start();
    committer.submit(batch(1), Durability.SYNCED_SOON).join();
    assertThat(syncsBehind).hasSize(1);
    assertThat(written).as("not written twice").hasSize(1);
  }

  @Test
  void closingShouldFailWhatCannotBeSynced() {
    refusesSync = true;
    committer.start();
    CompletableFuture<Void> soon = committer.submit(batch(1), Durability.SYNCED_SOON);
    committer.close();
    assertThat(soon).isCompletedExceptionally();
  }

  @Test
  void syncThatFailedShouldBeTriedAgain() throws InterruptedException {
    refusesSync = true;
    committer.start();
    committer.submit(batch(1), Durability.ORDERED).join();
    assertThat(syncsBehind.poll(10, TimeUnit.SECONDS)).isNotNull();
  }

  @Test
  void closingShouldSyncWhatIsBehind() {
    committer.start();
    committer.submit(batch(1), Durability.ORDERED).join();
    committer.close();
    assertThat(syncsBehind).hasSize(1);
  }

  @Test
  void whoeverDoesNotWaitForCommitsShouldWaitForRoom() throws Exception {
    Batch large = new Batch().put(Table.CONTENT, new byte[8], new byte[33 << 20]);
    CompletableFuture<Void> first = committer.submit(large, Durability.ORDERED);
    CompletableFuture<Void> next =
        CompletableFuture.runAsync(() -> committer.submit(batch(1), Durability.ORDERED).join());
    assertThatThrownBy(() -> next.get(200, TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class);
    assertThat(written).isEmpty();
    committer.start();
    first.join();
    next.join();
    assertThat(committer.counters().groups()).as("the second was not let in before").isEqualTo(2);
  }

  @Test
  void oneBadBatchShouldNotFailItsNeighbours() {
    Batch bad = batch(1);
    disk =
        group -> {
          if (group.stream().anyMatch(pending -> pending.batch() == bad)) {
            throw new IllegalStateException("bad");
          }
        };
    CompletableFuture<Void> before = committer.submit(batch(0), Durability.SYNCED);
    CompletableFuture<Void> failed = committer.submit(bad, Durability.SYNCED);
    CompletableFuture<Void> after = committer.submit(batch(2), Durability.SYNCED);
    committer.start();
    before.join();
    after.join();
    assertThatThrownBy(failed::join).hasRootCauseMessage("bad");
    assertThat(written).hasSize(2).doesNotContain(bad);
  }

  @Test
  void failureShouldRefuseIntakeAtOnceAndRetryOutcomes() {
    AtomicInteger failures = new AtomicInteger();
    disk =
        group -> {
          if (failures.incrementAndGet() <= 4) {
            throw new SpoolException("disk");
          }
        };
    CompletableFuture<Void> intake = committer.submit(batch(1).asIntake(), Durability.SYNCED);
    CompletableFuture<Void> outcome = committer.submit(batch(2), Durability.SYNCED);
    committer.start();
    assertThatThrownBy(intake::join).hasRootCauseMessage("disk");
    outcome.join();
    assertThat(failures.get()).as("group, each alone, twice again").isEqualTo(5);
    assertThat(written).hasSize(1);
  }

  @Test
  void errorShouldNotEndTheCommitter() {
    disk =
        group -> {
          throw new OutOfMemoryError("for this test");
        };
    committer.start();
    CompletableFuture<Void> intake = committer.submit(batch(1).asIntake(), Durability.SYNCED);
    assertThatThrownBy(intake::join).hasRootCauseInstanceOf(OutOfMemoryError.class);
    disk = group -> {};
    committer.submit(batch(2), Durability.SYNCED).join();
  }

  @Test
  void closeShouldCompleteWhatWaitsAndRefuseTheRest() {
    CompletableFuture<Void> waiting = committer.submit(batch(1), Durability.SYNCED);
    committer.start();
    committer.close();
    assertThat(waiting).isCompleted();
    assertThat(committer.submit(batch(2), Durability.SYNCED)).isCompletedExceptionally();
  }

  @Test
  void closeShouldFailWhatTheDiskDoesNotTake() {
    CountDownLatch tried = new CountDownLatch(1);
    disk =
        group -> {
          tried.countDown();
          throw new SpoolException("disk");
        };
    committer.start();
    CompletableFuture<Void> outcome = committer.submit(batch(1), Durability.SYNCED);
    awaitQuietly(tried);
    assertThat(outcome).isNotDone();
    committer.close();
    assertThat(outcome).isCompletedExceptionally();
  }

  private static Batch batch(int number) {
    return new Batch().put(Table.META, Keys.body(number), Keys.body(number));
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
