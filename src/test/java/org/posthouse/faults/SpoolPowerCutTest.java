/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.posthouse.spool.BodyRef;
import org.posthouse.spool.Keys;
import org.posthouse.spool.RocksSpool;
import org.posthouse.spool.Spool;
import org.posthouse.spool.SpoolConfiguration;
import org.posthouse.spool.SpoolException;
import org.posthouse.spool.SpoolId;
import org.posthouse.spool.Table;

/** The store alone, without the server around it, when the power goes at random moments. */
@Tag("crash")
@Execution(ExecutionMode.CONCURRENT) // with all others
class SpoolPowerCutTest {
  private static final int CUTS = Integer.getInteger("posthouse.power.cuts", 6);

  @TempDir static Path built;
  static NativeShim shim;

  @TempDir Path scratch;
  private final Seed seed = Seed.ofThisRun();
  private final Set<String> kept = new HashSet<>();
  private final Set<String> going = new HashSet<>();
  private final Set<String> gone = new HashSet<>();
  private Path store;
  private PowerCut power;

  @BeforeAll
  static void build() throws IOException {
    shim = NativeShim.build(built);
  }

  @BeforeEach
  void setUp() throws IOException {
    store = Files.createDirectory(scratch.resolve("store"));
    power = new PowerCut(shim, store, scratch);
  }

  @Test
  void commitShouldSurvivePowerCutOnceItIsComplete() throws Exception {
    for (int cut = 0; cut < CUTS; cut++) {
      writeUntilTheCut(power.environment(), 300 + seed.random().nextInt(700));
      power.cut(seed.random());
      assertThat(missing()).as("lost after %d cuts, %s", cut + 1, seed).isEmpty();
    }
    assertThat(kept).hasSizeGreaterThan(CUTS * 50);
  }

  @Test
  void commitsShouldBeLostWhenSyncsLie() throws Exception {
    writeUntilTheCut(power.lyingEnvironment(), 300);
    power.cutExactly();
    assertThat(missing()).as("this test must be able to fail").isNotEmpty();
  }

  /** Lets it commit this many times before the kill. */
  private void writeUntilTheCut(Map<String, String> environment, int commits) throws IOException {
    ChildJvm.Builder builder =
        new ChildJvm.Builder(
            SpoolWriterProgram.class.getName(),
            store.toString(),
            Long.toString(seed.random().nextInt()));
    try (ChildJvm writer = builder.with(environment).startHeard(scratch.resolve("stderr"));
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(writer.output(), StandardCharsets.US_ASCII))) {
      for (int i = 0; i < commits; i++) {
        note(lines.readLine());
      }
      writer.kill();
      lines.lines().forEach(this::note);
    }
  }

  private void note(String line) {
    if (line == null) {
      throw new AssertionError("the writer ended: " + stderr());
    }
    String id = line.substring(line.indexOf(' ') + 1);
    if (line.startsWith("kept ")) {
      kept.add(id);
    } else if (line.startsWith("going ")) {
      going.add(id);
    } else if (line.startsWith("gone ")) {
      gone.add(id);
    }
  }

  private String stderr() {
    try {
      return Files.readString(scratch.resolve("stderr"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** What is not as it was promised: entries lost, come back, or changed. */
  private List<String> missing() throws IOException {
    SpoolConfiguration configuration = SpoolConfiguration.in(store).withReserve(0);
    List<String> missing = new ArrayList<>();
    try (Spool spool = RocksSpool.open(configuration, Clock.systemUTC())) {
      for (String text : kept) {
        SpoolId id = SpoolId.parse(text);
        byte[] reference = spool.get(Table.CONTENT, Keys.entry(id));
        if (gone.contains(text) ? reference != null : !going.contains(text) && reference == null) {
          missing.add(text);
        } else if (reference != null && !isIntact(spool, id, reference)) {
          missing.add(text + " changed");
        }
      }
    } catch (SpoolException e) {
      throw new AssertionError("the store does not open, " + seed, e);
    }
    return missing;
  }

  private static boolean isIntact(Spool spool, SpoolId id, byte[] reference) throws IOException {
    byte[] expected = SpoolWriterProgram.body(id);
    ByteBuffer stored = ByteBuffer.wrap(reference);
    BodyRef body = new BodyRef(stored.getLong(), expected.length, stored.getInt());
    return java.util.Arrays.equals(spool.open(body).readAllBytes(), expected);
  }
}
