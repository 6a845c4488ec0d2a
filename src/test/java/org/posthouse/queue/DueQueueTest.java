/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.queue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
import org.posthouse.spool.SpoolException;
import org.posthouse.spool.SpoolId;
import org.posthouse.spool.Table;

@Timeout(120)
class DueQueueTest {
  private static final byte[] GARBAGE = {-1, -1, -1};

  @TempDir Path directory;
  private RocksSpool spool;
  private Queues queues;
  private DueQueue queue;
  private long now = 1_000_000;

  @BeforeEach
  void open() {
    spool = OpenStores.at(directory);
    at(now);
  }

  @AfterEach
  void close() {
    spool.close();
  }

  /** The same store at another time, as after a restart. */
  private void at(long millis) {
    now = millis;
    queues = new Queues(spool, Clock.fixed(Instant.ofEpochMilli(millis), ZoneOffset.UTC));
    queue = queues.queue("q");
  }

  private static Draft draft(String name, int priority) {
    byte[] body = name.getBytes(UTF_8);
    return new Draft(
        name,
        "sender@" + name,
        List.of("a@" + name, "b@" + name),
        priority,
        0,
        "",
        null,
        new Draft.Content(("content of " + name).getBytes(UTF_8)),
        Draft.Body.of(new ByteArrayInputStream(body), body.length));
  }

  private SpoolId enqueue(String name, int priority, long due) {
    SpoolId id = queues.nextId();
    Step step = queues.step();
    step.enqueue(queue, id, draft(name, priority), due);
    step.commit(Durability.SYNCED).join();
    return id;
  }

  private List<String> takeAll() {
    List<String> names = new ArrayList<>();
    Optional<Taken> next = queue.take();
    while (next.isPresent()) {
      names.add(queues.entries().find(next.get().id()).orElseThrow().name());
      next = queue.take();
    }
    return names;
  }

  private Taken take() {
    return queue.take().orElseThrow();
  }

  private void finish(Taken taken) {
    Step step = queues.step();
    step.finish(taken);
    step.commit(Durability.SYNCED).join();
  }

  private void storeIsEmpty() {
    for (Table table : Table.values()) {
      if (table != Table.META) {
        assertThat(OpenStores.count(spool, table)).as(table.name()).isZero();
      }
    }
  }

  @Test
  void dueTimesAndPrioritiesShouldSurviveARestart() {
    enqueue("late", 9, now + 5000);
    enqueue("low", 0, now);
    enqueue("normal", 5, now);
    enqueue("high", 9, now);
    spool.close();
    spool = OpenStores.at(directory);
    at(now);
    assertThat(queue.size()).isEqualTo(4);
    assertThat(takeAll()).containsExactly("high", "normal", "low");
    assertThat(queue.nextDue()).hasValue(now + 5000);
    at(now + 4999);
    assertThat(takeAll()).doesNotContain("late");
    at(now + 1);
    assertThat(takeAll()).contains("late");
  }

  @Test
  void allOfTwentyThousandShouldComeOnceAndInOrder() {
    Step step = queues.step();
    for (int i = 0; i < 20_000; i++) {
      step.enqueue(queue, queues.nextId(), draft("m", 5), (i * 7919L) % 20_000);
    }
    step.commit(Durability.ORDERED).join();
    at(now);
    long before = -1;
    for (int i = 0; i < 20_000; i++) {
      Taken taken = take();
      assertThat(taken.due()).isGreaterThan(before);
      before = taken.due();
      if (i == 10_000) {
        taken.release();
        assertThat(take().id()).isEqualTo(taken.id());
      }
    }
    assertThat(queue.take()).isEmpty();
    assertThat(queue.size()).isEqualTo(20_000);
  }

  @Test
  void operationsShouldLeaveTakenEntriesAlone() {
    enqueue("taken", 9, now);
    enqueue("waits", 5, now + 1000);
    enqueue("other", 5, now + 1000);
    Taken taken = take();
    Operations operations = queues.operations(queue);
    assertThat(operations.flush()).isEqualTo(2);
    assertThat(operations.removeByName("taken", id -> {})).isZero();
    assertThat(operations.removeBySender("sender@other", id -> {})).isEqualTo(1);
    assertThat(operations.removeByRecipient("b@waits", id -> {})).isEqualTo(1);
    assertThat(operations.clear(id -> {})).isZero();
    assertThat(queue.size()).isEqualTo(1);
    finish(taken);
    assertThat(queue.size()).isZero();
    storeIsEmpty();
  }

  @Test
  void staleSlotShouldNotBeClaimed() {
    SpoolId id = enqueue("m", 5, now + 1000);
    Slot stale = new Slot(Lane.of(5), now + 1000, id);
    queues.operations(queue).flush();
    assertThat(queue.claim(stale)).isFalse();
    assertThat(take().id()).isEqualTo(id);
    assertThat(queue.claim(stale.dueAt(now))).as("taken").isFalse();
  }

  @Test
  void postponedEntryShouldWaitAndKeepItsTimeOverARestart() {
    SpoolId id = enqueue("m", 5, now);
    Step step = queues.step();
    step.postpone(take(), now + 60_000);
    step.commit(Durability.SYNCED).join();
    assertThat(queue.take()).isEmpty();
    spool.close();
    spool = OpenStores.at(directory);
    at(now + 60_000);
    assertThat(take().id()).isEqualTo(id);
    assertThat(queues.entries().find(id).orElseThrow().recipients())
        .allSatisfy(recipient -> assertThat(recipient.notBefore()).isEqualTo(now));
  }

  @Test
  void stepShouldBeSeenAsAWholeOrNotAtAll() {
    enqueue("from", 5, now);
    DueQueue other = queues.queue("other");
    Repository repository = queues.repository("file://kept");
    Taken taken = take();
    Step step = queues.step();
    step.enqueue(other, queues.nextId(), draft("to", 5), now);
    step.store(repository, "key", queues.nextId(), draft("kept", 5));
    step.finish(taken);
    assertThat(other.take()).isEmpty();
    assertThat(repository.find("key")).isEmpty();
    step.commit(Durability.SYNCED).join();
    assertThat(other.take()).isPresent();
    assertThat(repository.size()).isEqualTo(1);
    assertThat(queue.size()).isZero();
  }

  @Test
  void stepThatFailsShouldLeaveNothing() {
    Step step = queues.step();
    Draft broken =
        new Draft(
            "broken",
            "",
            List.of("a@b"),
            5,
            0,
            "",
            null,
            new Draft.Content(GARBAGE),
            Draft.Body.stored(new BodyRef(1, 1, 1)));
    step.enqueue(queue, queues.nextId(), draft("whole", 5), now);
    step.enqueue(queue, queues.nextId(), broken, now);
    assertThatThrownBy(() -> step.commit(Durability.SYNCED).join()).hasMessageContaining("body 1");
    assertThat(queue.take()).isEmpty();
    assertThat(queue.size()).isZero();
    storeIsEmpty();
  }

  @Test
  void storingTwiceUnderOneKeyShouldLeaveOneMail() {
    Repository repository = queues.repository("file://kept");
    Step step = queues.step();
    step.store(repository, "key", queues.nextId(), draft("first", 5));
    step.store(repository, "key", queues.nextId(), draft("second", 5));
    step.commit(Durability.SYNCED).join();
    assertThat(OpenStores.count(spool, Table.ENVELOPE)).isEqualTo(1);
    assertThat(OpenStores.count(spool, Table.BODY)).isEqualTo(1);
    Step removal = queues.step();
    removal.remove(repository, "key");
    removal.commit(Durability.SYNCED).join();
    storeIsEmpty();
  }

  @Test
  void damagedEntryShouldBeSetAsideAndNotBlockOthers() {
    SpoolId damaged = enqueue("damaged", 9, now);
    enqueue("whole", 5, now);
    overwrite(Table.ENVELOPE, damaged);
    Operations operations = queues.operations(queue);
    assertThat(operations.removeByName("nobody", id -> {})).isZero();
    Taken taken = take();
    assertThatThrownBy(() -> queues.entries().find(taken.id()))
        .isInstanceOf(SpoolException.Unreadable.class);
    Step step = queues.step();
    step.setAside(taken, "damaged");
    step.commit(Durability.SYNCED).join();
    at(now);
    assertThat(queue.size()).isEqualTo(1);
    assertThat(takeAll()).containsExactly("whole");
    assertThat(OpenStores.count(spool, Table.ASIDE)).isEqualTo(1);
    assertThat(OpenStores.count(spool, Table.BODY)).as("kept for rescue").isEqualTo(2);
  }

  @Test
  void clearShouldSetDamagedEntriesAside() {
    overwrite(Table.ENVELOPE, enqueue("damaged", 9, now));
    enqueue("whole", 5, now);
    assertThat(queues.operations(queue).clear(id -> {})).isEqualTo(2);
    assertThat(queue.size()).isZero();
    assertThat(OpenStores.count(spool, Table.DUE)).isZero();
    assertThat(OpenStores.count(spool, Table.ASIDE)).isEqualTo(1);
  }

  @Test
  void lostRecipientShouldBeDamage() {
    SpoolId id = enqueue("m", 5, now);
    spool
        .commit(new Batch().delete(Table.RECIPIENT, Keys.recipient(id, 1)), Durability.SYNCED)
        .join();
    assertThatThrownBy(() -> queues.entries().find(id))
        .isInstanceOf(SpoolException.Unreadable.class)
        .hasMessageContaining("1 recipients of 2");
  }

  private void overwrite(Table table, SpoolId id) {
    spool.commit(new Batch().put(table, Keys.entry(id), GARBAGE), Durability.SYNCED).join();
  }
}
