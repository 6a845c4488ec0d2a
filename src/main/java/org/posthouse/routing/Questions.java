/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.routing;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks no more at a time than a name server can take: questions that come in thousands overflow its
 * socket, and those that are lost are asked again only after seconds. One that is not answered soon
 * makes room for the next all the same, so that what no server answers does not hold up the rest.
 */
final class Questions {
  private final int most;
  private final long patienceMillis;
  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private int asked;
  private boolean asking;

  /**
   * Bounds questions.
   *
   * @param most at a time
   * @param patienceMillis after which one no longer counts
   */
  Questions(int most, long patienceMillis) {
    this.most = most;
    this.patienceMillis = patienceMillis;
  }

  /** Asks, at once or when there is room; the result is that of the question. */
  <T> CompletableFuture<T> ask(Supplier<CompletionStage<T>> question) {
    return ask(question, waiting::addLast);
  }

  /** Asks before all that wait: this one ends what others began. */
  <T> CompletableFuture<T> askFirst(Supplier<CompletionStage<T>> question) {
    return ask(question, waiting::addFirst);
  }

  private <T> CompletableFuture<T> ask(
      Supplier<CompletionStage<T>> question, Consumer<Runnable> place) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    synchronized (this) {
      place.accept(() -> begin(question, answer));
    }
    askWaiting();
    return answer;
  }

  /** One thread at a time, without recursion: answers that are known come at once. */
  private void askWaiting() {
    synchronized (this) {
      if (asking) {
        return;
      }
      asking = true;
    }
    Runnable next = next();
    while (next != null) {
      next.run();
      next = next();
    }
  }

  private synchronized @Nullable Runnable next() {
    if (asked >= most || waiting.isEmpty()) {
      asking = false;
      return null;
    }
    asked++;
    return waiting.poll();
  }

  private <T> void begin(Supplier<CompletionStage<T>> question, CompletableFuture<T> answer) {
    CompletableFuture<Boolean> room = new CompletableFuture<>();
    CompletableFuture<Void> unusedRoom = room.thenRun(this::makeRoom);
    CompletableFuture<Boolean> timed =
        room.completeOnTimeout(true, patienceMillis, TimeUnit.MILLISECONDS);
    try {
      CompletionStage<T> unused =
          question
              .get()
              .whenComplete(
                  (found, failure) -> {
                    timed.complete(true);
                    if (failure == null) {
                      answer.complete(found);
                    } else {
                      answer.completeExceptionally(failure);
                    }
                  });
    } catch (RuntimeException e) {
      timed.complete(true);
      answer.completeExceptionally(e);
    }
  }

  private void makeRoom() {
    synchronized (this) {
      asked--;
    }
    askWaiting();
  }
}
