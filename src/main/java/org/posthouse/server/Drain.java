/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import com.google.inject.Injector;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.posthouse.james.smtp.RelaySmtpServerFactory;
import org.posthouse.queue.DueQueue;
import org.posthouse.queue.Queues;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes the doors and lets go what can go, for a relay that moves house: what is left then waits
 * for another attempt, or is held.
 */
record Drain(Injector injector) {
  private static final Logger LOGGER = LoggerFactory.getLogger(Drain.class);
  private static final Duration TRANSACTIONS = Duration.ofSeconds(30);
  private static final Duration QUIET = Duration.ofMillis(300);

  /**
   * What a drain came to.
   *
   * @param left mails in each queue that has any
   * @param timeWasUp before all had gone that could
   */
  record Drained(Map<String, Long> left, boolean timeWasUp) {}

  /**
   * Waits until nothing can go any more.
   *
   * @param limit how long at most
   */
  Drained run(Duration limit) throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    LOGGER.info("draining: the doors are closed, mail in the queues still goes");
    injector.getInstance(RelaySmtpServerFactory.class).drain(TRANSACTIONS);
    Queues queues = injector.getInstance(Queues.class);
    // A mail that moves from one queue to the next may be seen in neither: twice at rest counts.
    int atRest = 0;
    while (atRest < 2 && System.nanoTime() - deadline < 0) {
      atRest = isAtRest(queues) ? atRest + 1 : 0;
      Thread.sleep(QUIET.toMillis());
    }
    Map<String, Long> left = left(queues);
    boolean timeWasUp = atRest < 2;
    LOGGER.info(
        "{}; left in the queues: {}",
        timeWasUp ? "the time to drain was up" : "drained",
        left.isEmpty() ? "nothing" : left);
    return new Drained(left, timeWasUp);
  }

  private static boolean isAtRest(Queues queues) {
    return queues.queueNames().stream().map(queues::queue).allMatch(DueQueue::isAtRest);
  }

  private static Map<String, Long> left(Queues queues) {
    Map<String, Long> left = new TreeMap<>();
    for (String name : queues.queueNames()) {
      long size = queues.queue(name).size();
      if (size > 0) {
        left.put(name, size);
      }
    }
    return left;
  }
}
