/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.posthouse.delivery.Limits.Rate;

/** Who gets the next connection, or begins the next transaction. */
@Timeout(20)
class TurnsTest {
  private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
  private final List<String> told = Collections.synchronizedList(new ArrayList<>());

  @AfterEach
  void stop() {
    timer.shutdownNow();
  }

  private Waiter waiter(String name) {
    return () -> told.add(name);
  }

  @Test
  void whoWaitsForTheRateShouldBeBeforeWhoComesLater() throws Exception {
    Pace pace = new Pace(new Rate(2, Duration.ofMillis(200)), 0, timer);
    Waiter first = waiter("first");
    assertThat(pace.take(first)).isTrue();
    assertThat(pace.take(first)).isTrue();
    CountDownLatch held = new CountDownLatch(1);
    timer.execute(
        () -> {
          try {
            held.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    assertThat(pace.take(first)).isFalse();
    Awaitility.await().until(() -> pace.untilNext() == 0);
    Waiter later = waiter("later");
    assertThat(pace.isOpenTo(later)).as("one could go, but another waits").isFalse();
    assertThat(pace.take(later)).isFalse();
    held.countDown();
    Awaitility.await().until(() -> told.size() == 2);
    assertThat(told).containsExactly("first", "later");
  }

  @Test
  void whoMakesNoUseOfHisTurnShouldHoldUpNobody() {
    Pace pace = new Pace(new Rate(1, Duration.ofMillis(100)), 0, timer);
    Waiter idle = waiter("idle");
    List<String> begun = Collections.synchronizedList(new ArrayList<>());
    Waiter busy =
        new Waiter() {
          @Override
          public void pump() {
            while (pace.take(this)) {
              begun.add("busy");
            }
          }
        };
    assertThat(pace.take(idle)).isTrue();
    assertThat(pace.take(idle)).isFalse();
    busy.pump();
    Awaitility.await().until(() -> begun.size() >= 3);
    assertThat(told).containsExactly("idle");
  }

  @Test
  void theProvenShouldBeFirstToGetAConnectionThatIsGivenBack() {
    ConnectionBudget budget = new ConnectionBudget(3, 1);
    assertThat(budget.take(waiter("a"), false)).isTrue();
    assertThat(budget.take(waiter("b"), false)).isTrue();
    assertThat(budget.take(waiter("new"), false)).as("the last is for the proven").isFalse();
    assertThat(budget.take(waiter("p"), true)).isTrue();
    assertThat(budget.take(waiter("proven"), true)).isFalse();
    assertThat(budget.isShort()).isTrue();
    budget.giveBack();
    assertThat(told).containsExactly("proven");
    budget.giveBack();
    assertThat(told).containsExactly("proven", "new");
    assertThat(budget.isShort()).isFalse();
  }
}
