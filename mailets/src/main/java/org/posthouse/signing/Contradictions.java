/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.signing;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.posthouse.dns.Dns;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which keys of some tables the DNS contradicts: it is asked about all of them at the same time.
 */
public final class Contradictions {
  private static final Logger LOGGER = LoggerFactory.getLogger(Contradictions.class);

  /** A table may have thousands of keys; what has no turn in time is not told. */
  private static final int MOST_AT_ONCE = 100;

  private final PublicationCheck check;
  private final Duration patience;

  /**
   * The DNS is asked.
   *
   * @param patience for all questions together
   */
  public Contradictions(Dns dns, Duration patience) {
    this.check = new PublicationCheck(dns);
    this.patience = patience;
  }

  /**
   * Those of the keys that sign at some time, in the order of the tables. One that the DNS gives no
   * answer of, or none in time, is none of them.
   */
  public List<Remark> of(Collection<KeyTableFile> tables, Instant now) throws InterruptedException {
    List<Callable<Optional<Remark>>> questions =
        tables.stream().flatMap(table -> questions(table, now)).toList();
    if (questions.isEmpty()) {
      return List.of();
    }
    ExecutorService threads =
        Executors.newFixedThreadPool(
            Math.min(MOST_AT_ONCE, questions.size()), Contradictions::thread);
    try {
      return threads.invokeAll(questions, patience.toNanos(), TimeUnit.NANOSECONDS).stream()
          .filter(each -> !each.isCancelled())
          .flatMap(Contradictions::answer)
          .toList();
    } finally {
      threads.shutdownNow();
    }
  }

  private static Thread thread(Runnable task) {
    Thread made = new Thread(task, "dkim-check");
    made.setDaemon(true); // a name server that is silent keeps no process alive
    return made;
  }

  private Stream<Callable<Optional<Remark>>> questions(KeyTableFile table, Instant now) {
    return table.current().domains().stream()
        .flatMap(
            domain ->
                domain.active(now).stream().map(key -> () -> ask(table, domain.signs(), key)));
  }

  private Optional<Remark> ask(KeyTableFile table, String domain, TableKey key) {
    Publication publication = check.of(domain, key);
    return publication.state().contradicts()
        ? Optional.of(table.remark(key, text(key.recordName(domain), publication)))
        : Optional.empty();
  }

  private static String text(String name, Publication publication) {
    return "the DNS has of "
        + name
        + ": "
        + publication
        + "; `posthouse dkim check` prints what to publish";
  }

  private static Stream<Remark> answer(Future<Optional<Remark>> question) {
    try {
      return question.get().stream();
    } catch (ExecutionException e) {
      LOGGER.debug("A key could not be compared with the DNS", e); // signing says so, if it lasts
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return Stream.empty();
  }
}
