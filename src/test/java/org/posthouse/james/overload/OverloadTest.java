/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.overload;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** When new mail is turned away, and when it is taken again. */
class OverloadTest {
  private final AtomicLong nanos = new AtomicLong();

  private void second() {
    nanos.addAndGet(Duration.ofSeconds(1).toNanos());
  }

  @Test
  void shouldLookOnceASecondAndNotFlap() {
    AtomicLong free = new AtomicLong(1_000);
    AtomicInteger looks = new AtomicInteger();
    FreeSpace space =
        new FreeSpace(
            () -> {
              looks.incrementAndGet();
              return free.get();
            },
            1_000);
    Overload overload = new Overload(List.of(space), nanos::get);
    assertThat(overload.refusal()).isEmpty();
    free.set(999);
    assertThat(overload.refusal()).isEmpty();
    assertThat(looks).hasValue(1);
    second();
    assertThat(overload.refusal())
        .contains(new Refusal("452", "4.3.1 Insufficient system storage, please try again later"));
    free.set(1_099);
    second();
    assertThat(overload.refusal()).isPresent();
    free.set(1_100);
    second();
    assertThat(overload.refusal()).isEmpty();
  }

  @Test
  void mailThatWaitsOnPurposeShouldBeNoBacklog() {
    AtomicLong mails = new AtomicLong(101);
    AtomicLong overdue = new AtomicLong(-5);
    Backlog backlog =
        new Backlog(
            new Backlog.Waiting() {
              @Override
              public long mails() {
                return mails.get();
              }

              @Override
              public Duration overdue() {
                return Duration.ofSeconds(overdue.get());
              }
            },
            100,
            Duration.ofSeconds(10));
    assertThat(backlog.look(false)).isEmpty();
    overdue.set(10);
    assertThat(backlog.look(false)).contains("101 mails wait, the first for 10s");
    mails.set(81);
    assertThat(backlog.look(false)).isEmpty();
    assertThat(backlog.look(true)).isPresent();
    mails.set(80);
    assertThat(backlog.look(true)).isEmpty();
  }

  @Test
  void memoryShouldBeBelievedForAWhileAfterACollection() {
    AtomicInteger percent = new AtomicInteger(90);
    AtomicLong collections = new AtomicLong();
    Memory memory =
        new Memory(() -> new Memory.State(percent.get(), collections.get()), 90, nanos::get);
    assertThat(memory.look(false)).contains("90 % of the heap live on after a collection");
    percent.set(80);
    assertThat(memory.look(false)).isEmpty();
    assertThat(memory.look(true)).isPresent();
    nanos.addAndGet(Duration.ofSeconds(30).toNanos());
    assertThat(memory.look(true)).isEmpty();
    collections.incrementAndGet();
    assertThat(memory.look(true)).isPresent();
    percent.set(79);
    assertThat(memory.look(true)).isEmpty();
  }

  @Test
  void thisProcessShouldHaveMemoryLeft() {
    assertThat(Memory.ofThisProcess(99).look(false)).isEmpty();
  }
}
