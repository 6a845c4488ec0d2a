/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.faults;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A server that is killed again and again while clients submit to it. */
final class KillLoop implements AutoCloseable {
  private static final int SESSIONS = 40;

  /** How many sessions are to be in the middle of DATA when the server is killed. */
  static final int MANY_IN_DATA = 20;

  private static final int DURING_START_PERCENT = 30;
  private static final int MOST_MAILS_OF_A_LIFE = 100;
  private static final int LONGEST_LIFE_MILLIS = 4_000;

  /** What happens around a life of the server. */
  interface Fate {
    /** Environment of the next process. */
    Map<String, String> environment() throws IOException;

    /** After the process was killed. */
    void killed() throws IOException;
  }

  /** A kill that leaves the page cache, so that nothing is lost that was written. */
  static final class Kill implements Fate {
    @Override
    public Map<String, String> environment() {
      return Map.of();
    }

    @Override
    public void killed() {}
  }

  private final FaultyHome home;
  private final Fate fate;
  private final Random random;
  private final Ledger ledger = new Ledger();
  private final List<Long> kills = new ArrayList<>();
  private final List<Integer> inData = new ArrayList<>();
  private final RecordingSink sink;
  private final Submitters submitters;
  private int duringStart;
  private long startMillis = 2_000;

  KillLoop(FaultyHome home, RecordingSink sink, Fate fate, Random random) {
    this.home = home;
    this.sink = sink;
    this.fate = fate;
    this.random = random;
    this.submitters = Submitters.start(SESSIONS, home.port(), ledger, random);
  }

  /** One life and its end: most often under load, at times before the start is complete. */
  void lifeAndKill() throws IOException {
    boolean early = !kills.isEmpty() && random.nextInt(100) < DURING_START_PERCENT;
    try (ChildJvm server = home.launch(fate.environment())) {
      if (early) {
        pause(random.nextLong(startMillis));
        duringStart++;
      } else {
        long from = System.nanoTime();
        home.awaitReady(server);
        startMillis = Math.max(1, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - from));
        live(1 + random.nextInt(MOST_MAILS_OF_A_LIFE));
        awaitSessionsInData();
        inData.add(submitters.inData());
      }
      server.kill();
    }
    kills.add(System.nanoTime());
    Report.say(
        "kill %s %s: %s mails accepted so far, %s arrived",
        kills.size(),
        early ? "during the start" : "with " + inData.get(inData.size() - 1) + " sessions in DATA",
        ledger.count(Ledger.Answer.ACCEPTED),
        sink.arrivals().size());
    fate.killed();
  }

  /** Until so many more mails were accepted; a slow machine does not get there every time. */
  private void live(int mails) {
    long until = ledger.count(Ledger.Answer.ACCEPTED) + mails;
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LONGEST_LIFE_MILLIS);
    while (ledger.count(Ledger.Answer.ACCEPTED) < until && System.nanoTime() < end) {
      pause(random.nextInt(20));
    }
  }

  /** The load goes in waves; a kill is meant for its height. */
  private void awaitSessionsInData() {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LONGEST_LIFE_MILLIS);
    while (submitters.inData() < MANY_IN_DATA && System.nanoTime() < end) {
      pause(1 + random.nextInt(5));
    }
  }

  /** Ends the load, lets a last server deliver what is left, stops it and compares. */
  Reckoning settle(long patienceSeconds) throws IOException {
    try (ChildJvm server = home.launch(fate.environment())) {
      home.awaitReady(server);
      submitters.close();
      awaitArrivals(patienceSeconds);
      int exit = server.terminate();
      if (exit != 0) {
        throw new AssertionError("the server ended with " + exit + "\n" + home.tail());
      }
    }
    return new Reckoning(ledger.offers(), sink.arrivals(), StoreContents.read(home.store()), kills);
  }

  /** Until everything that was accepted has arrived, or patience ends: then it counts as lost. */
  private void awaitArrivals(long patienceSeconds) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(patienceSeconds);
    long last = -1;
    while (System.nanoTime() < end) {
      long due = Reckoning.due(ledger.offers(), sink.deliveries());
      long arrived = sink.arrivals().size();
      // Mail whose client saw no reply is still on its way when all the rest has come.
      if (due == 0 && arrived == last) {
        return;
      }
      last = arrived;
      pause(3_000);
    }
  }

  List<Integer> inData() {
    return Collections.unmodifiableList(inData);
  }

  int killsDuringStart() {
    return duringStart;
  }

  private static void pause(long millis) {
    try {
      if (new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS)) {
        throw new TimeoutException();
      }
    } catch (InterruptedException | TimeoutException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  @Override
  public void close() throws IOException {
    submitters.close();
    sink.close();
  }
}
