/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class QuestionsTest {
  private static final long NEVER_MILLIS = 3_600_000;

  private final List<CompletableFuture<String>> asked = new ArrayList<>();

  private synchronized CompletableFuture<String> ask() {
    CompletableFuture<String> answer = new CompletableFuture<>();
    asked.add(answer);
    return answer;
  }

  private synchronized int askedCount() {
    return asked.size();
  }

  private void askOneMore(Questions questions) {
    CompletableFuture<String> unused = questions.ask(this::ask);
  }

  @Test
  void whatEndsTheSearchOfAMailShouldBeAskedFirst() {
    List<String> names = new ArrayList<>();
    CompletableFuture<String> busy = new CompletableFuture<>();
    Questions one = new Questions(1, 60_000);
    List<CompletableFuture<String>> answers = new ArrayList<>();
    answers.add(one.ask(() -> busy));
    answers.add(one.ask(() -> noted(names, "mx1")));
    answers.add(one.ask(() -> noted(names, "mx2")));
    answers.add(one.askFirst(() -> noted(names, "address")));
    busy.complete("");
    answers.forEach(CompletableFuture::join);
    assertThat(names).containsExactly("address", "mx1", "mx2");
  }

  private static CompletableFuture<String> noted(List<String> names, String name) {
    names.add(name);
    return CompletableFuture.completedFuture(name);
  }

  @Test
  void askShouldWaitWhenManyAreAsked() {
    Questions questions = new Questions(2, NEVER_MILLIS);
    CompletableFuture<String> first = questions.ask(this::ask);
    askOneMore(questions);
    CompletableFuture<String> third = questions.ask(this::ask);
    assertThat(askedCount()).isEqualTo(2);
    asked.get(0).complete("one");
    assertThat(first).isCompletedWithValue("one");
    assertThat(askedCount()).isEqualTo(3);
    asked.get(2).complete("three");
    assertThat(third).isCompletedWithValue("three");
  }

  @Test
  void askShouldNotWaitForWhatIsNotAnswered() {
    Questions questions = new Questions(1, 10);
    askOneMore(questions);
    CompletableFuture<String> second =
        questions.ask(() -> CompletableFuture.completedFuture("two"));
    assertThat(second).succeedsWithin(Duration.ofSeconds(10)).isEqualTo("two");
  }

  @Test
  void askShouldCountLateAnswersOnce() {
    Questions questions = new Questions(1, 1_000);
    CompletableFuture<String> late = questions.ask(this::ask);
    CompletableFuture<String> second =
        questions.ask(() -> CompletableFuture.completedFuture("two"));
    assertThat(second).succeedsWithin(Duration.ofSeconds(10));
    asked.get(0).complete("one");
    assertThat(late).isCompletedWithValue("one");
    askOneMore(questions);
    askOneMore(questions);
    // The thread that noticed the time-out may be about to ask.
    Awaitility.await().during(Duration.ofMillis(200)).until(() -> askedCount() == 2);
  }

  @Test
  void askShouldMakeRoomAfterFailures() {
    Questions questions = new Questions(1, NEVER_MILLIS);
    CompletableFuture<String> first =
        questions.ask(
            () -> {
              throw new IllegalStateException("no socket");
            });
    CompletableFuture<String> second =
        questions.ask(() -> CompletableFuture.failedFuture(new IllegalStateException("refused")));
    CompletableFuture<String> third =
        questions.ask(() -> CompletableFuture.completedFuture("three"));
    assertThatThrownBy(first::join).hasMessageContaining("no socket");
    assertThatThrownBy(second::join).hasMessageContaining("refused");
    assertThat(third).isCompletedWithValue("three");
  }

  @Test
  void askShouldTakeAnyNumberOfKnownAnswers() {
    Questions questions = new Questions(1, NEVER_MILLIS);
    CompletableFuture<String> first = questions.ask(this::ask);
    List<CompletableFuture<Integer>> others = new ArrayList<>();
    for (int i = 0; i < 100_000; i++) {
      int number = i;
      others.add(questions.ask(() -> CompletableFuture.completedFuture(number)));
    }
    asked.get(0).complete("one");
    assertThat(first).isCompleted();
    assertThat(others).allMatch(CompletableFuture::isDone);
  }
}
