/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HandlerThreadsTest {
  private static final int BUSY = 200;
  private static final int LINES = 500;

  private final HandlerThreads threads = new HandlerThreads();

  @AfterEach
  void close() throws Exception {
    threads.shutdown();
  }

  /** More connections than threads, all with work to do for long: a new one has its turn. */
  @Test
  void whoHasSentMuchShouldNotKeepTheThreads() throws Exception {
    AtomicInteger handled = new AtomicInteger();
    for (int i = 0; i < BUSY; i++) {
      EventExecutor connection = threads.group().next();
      for (int line = 0; line < LINES; line++) {
        connection.execute(() -> handle(handled));
      }
    }
    int before = handled.get();
    CompletableFuture<Integer> turn = new CompletableFuture<>();
    threads.group().next().execute(() -> turn.complete(handled.get()));
    int others = turn.get(1, TimeUnit.MINUTES) - before;
    assertThat(others).as("lines of others before that of a new one").isLessThan(BUSY * LINES / 10);
  }

  private static void handle(AtomicInteger handled) {
    try {
      Thread.sleep(2); // as a sync would take
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    handled.incrementAndGet();
  }
}
