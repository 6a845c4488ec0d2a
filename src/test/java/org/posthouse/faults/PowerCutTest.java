/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * As {@link CrashTest}, but the power goes: each life begins with what the one before had synced,
 * plus random parts of what it had not. {@code -Dposthouse.power.cuts=N} sets how often.
 */
@Tag("crash")
@Execution(ExecutionMode.CONCURRENT) // with all others
class PowerCutTest {
  private static final int CUTS = Integer.getInteger("posthouse.power.cuts", 6);
  private static final int PATIENCE_SECONDS = 120;
  private static final int SHORT_PATIENCE_SECONDS = 12;

  @TempDir static Path built;
  static NativeShim shim;

  @TempDir Path scratch;
  private final Seed seed = Seed.ofThisRun();

  @BeforeAll
  static void build() throws IOException {
    shim = NativeShim.build(built);
  }

  @Test
  void acceptedMailShouldSurvivePowerCuts() throws Exception {
    Reckoning reckoning = cut(CUTS, false, PATIENCE_SECONDS);
    CrashTest.nothingIsLost(reckoning, seed);
  }

  @Test
  void acceptedMailShouldBeLostWhenSyncsLie() throws Exception {
    Reckoning reckoning = cut(2, true, SHORT_PATIENCE_SECONDS);
    assertThat(reckoning.lost()).as("this test must be able to fail").isNotEmpty();
  }

  private Reckoning cut(int cuts, boolean lying, int patience) throws IOException {
    NextHosts hosts = new NextHosts();
    FaultyHome home = new FaultyHome(scratch.resolve("home"), hosts);
    PowerCut power = new PowerCut(shim, home.store(), scratch);
    Fate fate = new Fate(power, lying, seed.random());
    try (KillLoop loop = new KillLoop(home, hosts, fate, seed.random())) {
      for (int i = 0; i < cuts; i++) {
        loop.lifeAndKill();
      }
      Reckoning reckoning = loop.settle(patience);
      Report.say("%s, syncs %s: %s", seed, lying ? "lie" : "are honest", reckoning.toTable());
      return reckoning;
    }
  }

  private record Fate(PowerCut power, boolean lying, Random random) implements KillLoop.Fate {
    @Override
    public Map<String, String> environment() throws IOException {
      return lying ? power.lyingEnvironment() : power.environment();
    }

    @Override
    public void killed() throws IOException {
      if (lying) {
        power.cutExactly();
      } else {
        power.cut(random);
      }
    }

    @Override
    public boolean leavesWhatWasWritten() {
      return false;
    }
  }
}
