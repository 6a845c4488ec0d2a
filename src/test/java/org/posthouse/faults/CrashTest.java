/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Kills a real server at random moments under load, also while it recovers, and while some of the
 * hosts that it delivers to are slow, silent, dead or lose replies. A kill keeps the page cache:
 * this shows that no state in memory matters and that every crash is recovered from. What was
 * synced is {@link PowerCutTest}'s matter.
 *
 * <p>{@code -Dposthouse.crash.kills=N} sets the number of kills, {@code
 * -Dposthouse.crash.minutes=M} goes on for that long instead: the soak.
 */
@Tag("crash")
@Execution(ExecutionMode.CONCURRENT) // with all others
class CrashTest {
  private static final int KILLS = Integer.getInteger("posthouse.crash.kills", 30);
  private static final int MINUTES = Integer.getInteger("posthouse.crash.minutes", 0);
  private static final int PATIENCE_SECONDS = 120;

  @TempDir Path scratch;

  @Test
  void acceptedMailShouldSurviveKillsAtRandomMoments() throws Exception {
    Seed seed = Seed.ofThisRun();
    NextHosts hosts = new NextHosts();
    FaultyHome home = new FaultyHome(scratch.resolve("home"), hosts);
    try (KillLoop loop = new KillLoop(home, hosts, new KillLoop.Kill(), seed.random())) {
      killFor(loop);
      Reckoning reckoning = loop.settle(PATIENCE_SECONDS + MINUTES * 6L);
      Report.say(
          "%s, %s kills during a start, sessions in DATA %s: %s",
          seed, loop.killsDuringStart(), loop.inData(), reckoning.toTable());
      nothingIsLost(reckoning, seed);
      long height = loop.inData().stream().filter(n -> n >= KillLoop.MANY_IN_DATA).count();
      assertThat(height)
          .as("kills with %s sessions in DATA: %s", KillLoop.MANY_IN_DATA, loop.inData())
          .isGreaterThan(loop.inData().size() / 2);
    }
  }

  private static void killFor(KillLoop loop) throws IOException {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(MINUTES);
    for (int i = 0; MINUTES > 0 ? System.nanoTime() < end : i < KILLS; i++) {
      loop.lifeAndKill();
    }
  }

  static void nothingIsLost(Reckoning reckoning, Seed seed) {
    SoftAssertions softly = new SoftAssertions();
    softly.assertThat(some(reckoning.lost())).as("lost, %s", seed).isEmpty();
    softly.assertThat(some(reckoning.corrupt())).as("corrupt, %s", seed).isEmpty();
    softly.assertThat(some(reckoning.unexplainedDuplicates())).as("duplicates, %s", seed).isEmpty();
    softly.assertThat(reckoning.miscounted()).as("counts, %s", seed).isEmpty();
    softly.assertThat(some(reckoning.leftInQueues())).as("left in queues, %s", seed).isEmpty();
    softly.assertThat(reckoning.setAside()).as("set aside, %s", seed).isZero();
    softly.assertThat(reckoning.unreachable()).as("unreachable, %s", seed).isZero();
    softly.assertThat(reckoning.accepted()).as("accepted, %s", seed).isPositive();
    softly.assertAll();
  }

  /** Enough of a list to begin a search with. */
  private static List<String> some(List<String> all) {
    return all.stream().limit(20).toList();
  }
}
