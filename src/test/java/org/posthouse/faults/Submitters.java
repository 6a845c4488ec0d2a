/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.faults;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Clients that submit mail without end, each over a connection of its own that is opened again
 * whenever it breaks, and most of them in the middle of DATA at any moment. No mail is offered
 * twice, so every duplicate is the server's.
 */
final class Submitters implements AutoCloseable {
  /** Delivered to the next host. */
  static final String RELAYED = "someone@next.test";

  /** Delivered as well, but the next host says 450 to it the first time. */
  static final String LATER = "later@next.test";

  /** The next host says 550 to it: it ends in a bounce. */
  static final String NEVER = "never@next.test";

  /** Delivered as well, to a host that is slow. */
  static final String SLOW = "someone@slow.test";

  /** Delivered as well, to a host that took the mail before and closed without a reply. */
  static final String LOSING = "someone@losing.test";

  /** The host never greets, and there is one attempt: it ends in a report. */
  static final String SILENT = "someone@silent.test";

  /** The host refuses connections: it stays in the queue. */
  static final String DEAD = "someone@dead.test";

  /** Ends in the repository of ToRepository. */
  static final String KEPT = "someone@kept.test";

  /** A mailet fails on it, and the error processor keeps it. */
  static final String FAILING = "someone@failing.test";

  /** A mailet fails on it past all processors: the spooler gives up and keeps it. */
  static final String STUBBORN = "someone@stubborn.test";

  private static final int SHORTEST_PAUSE_MILLIS = 100;
  private static final int LONGEST_PAUSE_MILLIS = 400;
  private static final int MAILS_PER_CONNECTION = 50;

  private final int port;
  private final Ledger ledger;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final List<Thread> threads = new ArrayList<>();
  private final AtomicInteger inData = new AtomicInteger();

  private Submitters(int port, Ledger ledger) {
    this.port = port;
    this.ledger = ledger;
  }

  static Submitters start(int sessions, int port, Ledger ledger, Random seeds) {
    Submitters submitters = new Submitters(port, ledger);
    for (int i = 0; i < sessions; i++) {
      Random random = new Random(seeds.nextLong());
      Thread thread = new Thread(() -> submitters.run(random), "submitter-" + i);
      thread.setDaemon(true);
      submitters.threads.add(thread);
      thread.start();
    }
    return submitters;
  }

  private void run(Random random) {
    while (stopped.getCount() > 0) {
      try (ClientSession session = new ClientSession(port)) {
        for (int i = 0; i < MAILS_PER_CONNECTION && stopped.getCount() > 0; i++) {
          submit(session, random);
        }
      } catch (IOException e) {
        pause(random.nextInt(50)); // the server is down; the ledger has what was under way
      }
    }
  }

  private void submit(ClientSession session, Random random) throws IOException {
    Letter letter = letter(random);
    int inside = random.nextInt(SHORTEST_PAUSE_MILLIS, LONGEST_PAUSE_MILLIS);
    AtomicInteger counted = new AtomicInteger();
    try {
      String refusal =
          session.begin(
              letter,
              () -> {
                counted.set(1);
                inData.incrementAndGet();
                pause(inside);
              });
      if (refusal.isEmpty()) {
        ledger.offered(letter);
        ledger.answered(letter, session.end());
      }
    } finally {
      inData.addAndGet(-counted.get());
    }
  }

  /** Sessions that have sent half of a content and have not heard the reply to their final dot. */
  int inData() {
    return inData.get();
  }

  private Letter letter(Random random) {
    int kind = random.nextInt(100);
    int size = kind == 0 ? 1 << 20 : kind < 5 ? 100_000 : 500 + random.nextInt(6_000);
    return new Letter(ledger.nextNumber(), size, recipients(random));
  }

  private static List<String> recipients(Random random) {
    return switch (random.nextInt(30)) {
      case 0, 1 -> List.of(KEPT);
      case 2, 3 -> List.of(RELAYED, KEPT);
      case 4, 5 -> List.of(FAILING);
      case 6, 7 -> List.of(STUBBORN);
      case 8, 9 -> List.of(RELAYED, LATER, NEVER);
      case 10, 11 -> List.of(LATER, RELAYED);
      case 12, 13 -> List.of(NEVER, KEPT);
      case 14, 15, 16, 17 -> List.of(LOSING);
      case 18 -> List.of(LOSING, RELAYED);
      case 19 -> List.of(SILENT, RELAYED);
      case 20 -> List.of(SILENT, DEAD, KEPT);
      case 21 -> List.of(DEAD);
      case 22 -> List.of(random.nextBoolean() ? SLOW : RELAYED); // few: they take seconds
      default -> List.of(RELAYED);
    };
  }

  private void pause(int millis) {
    try {
      if (stopped.await(millis, TimeUnit.MILLISECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends after the mails under way. */
  @Override
  public void close() {
    stopped.countDown();
    for (Thread thread : threads) {
      try {
        thread.join(TimeUnit.SECONDS.toMillis(90));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
