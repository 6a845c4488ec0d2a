/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.queue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.posthouse.spool.Batch;
import org.posthouse.spool.BodyRef;
import org.posthouse.spool.Durability;
import org.posthouse.spool.Keys;
import org.posthouse.spool.OpenStores;
import org.posthouse.spool.RocksSpool;
import org.posthouse.spool.SpoolId;
import org.posthouse.spool.Table;

/** Steps that change the same keys of a repository at the same time. */
@Timeout(60)
class RepositoryStepsTest {
  private static final List<String> KEYS = List.of("a", "b", "c");

  @TempDir Path directory;
  private RocksSpool spool;
  private Queues queues;
  private Repository repository;

  @BeforeEach
  void open() {
    spool = OpenStores.at(directory);
    queues = new Queues(spool, Clock.systemUTC());
    repository = queues.repository("kept");
  }

  @AfterEach
  void close() {
    spool.close();
  }

  private static Draft draft(Draft.Body body) {
    return new Draft(
        "n", "", List.of("to@example.org"), 5, 0, "", null, new Draft.Content(new byte[1]), body);
  }

  private Step store(Step step, String... keys) {
    for (String key : keys) {
      byte[] body = ("body of " + key).getBytes(UTF_8);
      Draft.Body octets = Draft.Body.of(new ByteArrayInputStream(body), body.length);
      step.store(repository, key, queues.nextId(), draft(octets));
    }
    return step;
  }

  private void assertHolds(int mails) {
    assertThat(repository.size()).isEqualTo(mails);
    for (Table table : List.of(Table.ENVELOPE, Table.CONTENT, Table.RECIPIENT, Table.BODY)) {
      assertThat(OpenStores.count(spool, table)).as(table.name()).isEqualTo(mails);
    }
    assertThat(OpenStores.count(spool, Table.REFERENCE)).isEqualTo(mails);
  }

  @Test
  void stepsThatAreCommittedAtOnceShouldEachTakeAwayWhatTheOneBeforeStored() {
    store(queues.step(), "a").commit(Durability.SYNCED).join();
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      steps.add(store(queues.step(), "a"));
    }
    List<CompletableFuture<Void>> commits =
        steps.stream().map(step -> step.commit(Durability.SYNCED)).toList();
    commits.forEach(CompletableFuture::join);
    assertHolds(1);
  }

  @Test
  void stepShouldKeepItsLastMailUnderAKeyAndNoneThatItRemovedAgain() {
    store(queues.step(), "a", "b").commit(Durability.SYNCED).join();
    Step step = store(queues.step(), "a", "a", "b", "c");
    step.remove(repository, "b");
    step.remove(repository, "absent");
    step.commit(Durability.SYNCED).join();
    assertThat(repository.keys("", 9)).containsExactly("a", "c");
    assertHolds(2);
  }

  @Test
  void abandonedStepShouldLeaveWhatWasThereAndHoldUpNobody() {
    store(queues.step(), "a").commit(Durability.SYNCED).join();
    Step abandoned = store(queues.step(), "a");
    abandoned.remove(repository, "a");
    Step other = store(queues.step(), "a");
    abandoned.abandon();
    assertHolds(1);
    other.commit(Durability.SYNCED).join();
    assertHolds(1);
  }

  @Test
  void failedCommitShouldLetTheNextOneOfItsKeyGoOn() {
    store(queues.step(), "a").commit(Durability.SYNCED).join();
    Step failing = queues.step();
    Draft.Body gone = Draft.Body.stored(new BodyRef(4711, 1, 1));
    failing.store(repository, "a", queues.nextId(), draft(gone));
    Step next = store(queues.step(), "a");
    CompletableFuture<Void> failed = failing.commit(Durability.SYNCED);
    next.commit(Durability.SYNCED).join();
    assertThat(failed).isCompletedExceptionally();
    assertHolds(1);
  }

  @Test
  void unreadableMailShouldBeSetAsideWhenItsKeyIsStoredAgain() {
    SpoolId damaged = queues.nextId();
    byte[] body = {1};
    Draft.Body octets = Draft.Body.of(new ByteArrayInputStream(body), 1);
    Step first = queues.step();
    first.store(repository, "a", damaged, draft(octets));
    first.commit(Durability.SYNCED).join();
    Batch damage = new Batch().put(Table.ENVELOPE, Keys.entry(damaged), new byte[] {-1, -1});
    spool.commit(damage, Durability.SYNCED).join();
    store(queues.step(), "a").commit(Durability.SYNCED).join();
    assertThat(repository.find("a")).isPresent().get().isNotEqualTo(damaged);
    assertThat(OpenStores.count(spool, Table.ASIDE)).isEqualTo(1);
  }

  @Test
  void stepsOfSeveralKeysOnManyThreadsShouldNeitherDeadlockNorLeak() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Future<?>> workers = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        Random random = new Random(ThreadLocalRandom.current().nextLong());
        workers.add(threads.submit(() -> changeKeys(random)));
      }
      for (Future<?> worker : workers) {
        worker.get();
      }
    } finally {
      threads.shutdownNow();
    }
    store(queues.step(), "a", "b", "c").commit(Durability.SYNCED).join();
    assertHolds(3);
  }

  private void changeKeys(Random random) {
    for (int i = 0; i < 100; i++) {
      Step step = queues.step();
      for (int change = 0; change < 3; change++) {
        String key = KEYS.get(random.nextInt(KEYS.size()));
        if (random.nextInt(4) == 0) {
          step.remove(repository, key);
        } else {
          store(step, key);
        }
      }
      if (random.nextInt(10) == 0) {
        step.abandon();
      } else {
        step.commit(Durability.ORDERED).join();
      }
    }
  }
}
