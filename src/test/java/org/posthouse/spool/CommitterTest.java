/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
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
  private final Committer committer =
      new Committer(
          (group, sync) -> {
            disk.accept(group);
            group.forEach(pending -> written.add(pending.batch()));
            syncs.add(sync);
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
  void onlyOrderedCommitsShouldCostNoSync() {
    CompletableFuture<Void> ordered = committer.submit(batch(1), Durability.ORDERED);
    committer.start();
    ordered.join();
    assertThat(syncs).containsExactly(false);
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
