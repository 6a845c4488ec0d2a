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
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A server that is killed again and again while clients submit to it. */
final class KillLoop implements AutoCloseable {
  private static final int SESSIONS = 40;

  /** How many sessions are to be in the middle of DATA when the server is killed. */
  static final int MANY_IN_DATA = 20;

  private static final int DURING_START_PERCENT = 30;
  private static final int WHILE_A_REPLY_IS_DUE_PERCENT = 10;

  /** Of the second that a slow host takes. */
  private static final int WITHIN_MILLIS = 800;

  private static final int MOST_MAILS_OF_A_LIFE = 100;
  private static final int LONGEST_LIFE_MILLIS = 4_000;

  /** What happens around a life of the server. */
  interface Fate {
    /** Environment of the next process. */
    Map<String, String> environment() throws IOException;

    /** After the process was killed. */
    void killed() throws IOException;

    /** Whether what was written is there, synced or not: then all that may come twice is known. */
    boolean leavesWhatWasWritten();
  }

  /** A kill that leaves the page cache, so that nothing is lost that was written. */
  static final class Kill implements Fate {
    @Override
    public Map<String, String> environment() {
      return Map.of();
    }

    @Override
    public void killed() {}

    @Override
    public boolean leavesWhatWasWritten() {
      return true;
    }
  }

  /**
   * What a server said of lost replies while it lived; moments as of {@link System#nanoTime}.
   *
   * @param launched when its life began
   * @param asked when it was asked
   * @param said when it had answered
   * @param left recipients of whom it had logged by then that the one before was killed too early
   * @param leftInAll the same until its end
   */
  record Count(
      long launched, long asked, long said, long possibleDuplicates, long left, long leftInAll) {
    Count atItsEnd(long all) {
      return new Count(launched, asked, said, possibleDuplicates, left, all);
    }
  }

  private final FaultyHome home;
  private final Fate fate;
  private final Random random;
  private final Ledger ledger = new Ledger();
  private final List<Long> kills = new ArrayList<>();
  private final List<Integer> inData = new ArrayList<>();
  private final List<Count> counts = new ArrayList<>();
  private final NextHosts hosts;
  private final Submitters submitters;
  private int duringStart;
  private long startMillis = 2_000;

  KillLoop(FaultyHome home, NextHosts hosts, Fate fate, Random random) {
    this.home = home;
    this.hosts = hosts;
    this.fate = fate;
    this.random = random;
    this.submitters = Submitters.start(SESSIONS, home.port(), ledger, random);
  }

  /** One life and its end: most often under load, at times before the start is complete. */
  void lifeAndKill() throws IOException {
    boolean replyIsDue;
    Count count = null;
    long logged = home.logged();
    long launched = System.nanoTime();
    boolean early = !kills.isEmpty() && random.nextInt(100) < DURING_START_PERCENT;
    try (ChildJvm server = home.launch(fate.environment())) {
      if (early) {
        pause(random.nextLong(startMillis));
        duringStart++;
      } else {
        home.awaitReady(server);
        startMillis = Math.max(1, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - launched));
        live(1 + random.nextInt(MOST_MAILS_OF_A_LIFE));
        count = count(launched, logged);
        if (random.nextInt(100) < WHILE_A_REPLY_IS_DUE_PERCENT) {
          await(hosts::isReplyOnItsWay);
          pause(random.nextInt(WITHIN_MILLIS));
        } else {
          await(() -> submitters.inData() >= MANY_IN_DATA);
        }
        inData.add(submitters.inData());
      }
      replyIsDue = hosts.isReplyOnItsWay();
      server.kill();
    }
    kills.add(System.nanoTime());
    end(count, logged);
    Report.say(
        "kill %s %s%s: %s mails accepted so far, %s arrived",
        kills.size(),
        early ? "during the start" : "with " + inData.get(inData.size() - 1) + " sessions in DATA",
        replyIsDue ? " and a slow host about to reply" : "",
        ledger.count(Ledger.Answer.ACCEPTED),
        hosts.arrivals().size());
    fate.killed();
  }

  private Count count(long launched, long logged) throws IOException {
    long left = DoubtReports.leftByAKill(home.log(logged));
    long asked = System.nanoTime();
    long possible = home.possibleDuplicates();
    return new Count(launched, asked, System.nanoTime(), possible, left, left);
  }

  private void end(@Nullable Count count, long logged) throws IOException {
    if (count != null) {
      counts.add(count.atItsEnd(DoubtReports.leftByAKill(home.log(logged))));
    }
  }

  /** Until so many more mails were accepted; a slow machine does not get there every time. */
  private void live(int mails) {
    long until = ledger.count(Ledger.Answer.ACCEPTED) + mails;
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LONGEST_LIFE_MILLIS);
    while (ledger.count(Ledger.Answer.ACCEPTED) < until && System.nanoTime() < end) {
      pause(random.nextInt(20));
    }
  }

  /** The load goes in waves, and a slow host takes its time; a kill is meant for the height. */
  private void await(BooleanSupplier height) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LONGEST_LIFE_MILLIS);
    while (!height.getAsBoolean() && System.nanoTime() < end) {
      pause(1 + random.nextInt(5));
    }
  }

  /** Ends the load, lets a last server deliver what is left, stops it and compares. */
  Reckoning settle(long patienceSeconds) throws IOException {
    long logged = home.logged();
    long launched = System.nanoTime();
    try (ChildJvm server = home.launch(fate.environment())) {
      home.awaitReady(server);
      submitters.close();
      awaitArrivals(patienceSeconds);
      Report.say(
          "settled after %s s", (System.nanoTime() - launched) / TimeUnit.SECONDS.toNanos(1));
      Count count = count(launched, logged);
      int exit = server.terminate();
      if (exit != 0) {
        throw new AssertionError("the server ended with " + exit + "\n" + home.tail());
      }
      end(count, logged);
    }
    DoubtReports reports =
        fate.leavesWhatWasWritten()
            ? DoubtReports.read(home.output(), ledger.offers())
            : DoubtReports.none();
    return new Reckoning(
        ledger.offers(),
        hosts.arrivals(),
        StoreContents.read(home.store()),
        kills,
        counts,
        reports);
  }

  /** Until everything that was accepted has arrived, or patience ends: then it counts as lost. */
  private void awaitArrivals(long patienceSeconds) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(patienceSeconds);
    long last = -1;
    while (System.nanoTime() < end) {
      long due = Reckoning.due(ledger.offers(), hosts.deliveries());
      long arrived = hosts.arrivals().size();
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
    hosts.close();
  }
}
