/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shim itself: what it keeps and what it loses, call by call. */
class UnsyncedShimTest {
  private static final int KILLED = 128 + 9;
  private static final int ABORTED = 128 + 6;

  @TempDir static Path built;
  static NativeShim shim;

  @TempDir Path scratch;
  private Path watched;
  private PowerCut power;

  @BeforeAll
  static void build() throws IOException {
    shim = NativeShim.build(built);
  }

  @BeforeEach
  void setUp() throws IOException {
    watched = Files.createDirectory(scratch.resolve("watched"));
    power = new PowerCut(shim, watched, scratch);
  }

  @Test
  void killShouldLoseWhatWasNotSynced() throws Exception {
    probe(KILLED, "write:a:kept", "sync:a", "sync:.", "append:a:-lost", "write:b:lost", "kill");
    assertThat(afterTheCut()).isEqualTo(Map.of("a", "kept"));
  }

  @Test
  void contentShouldBeLostWithItsNameWhenOnlyTheFileWasSynced() throws Exception {
    probe(KILLED, "write:a:text", "sync:a", "kill");
    assertThat(afterTheCut()).isEmpty();
  }

  @Test
  void nameShouldStandForAnEmptyFileWhenOnlyTheDirectoryWasSynced() throws Exception {
    probe(KILLED, "write:a:text", "sync:.", "kill");
    assertThat(afterTheCut()).isEqualTo(Map.of("a", ""));
  }

  @Test
  void renameShouldBeUndoneWithoutSyncOfTheDirectory() throws Exception {
    Files.writeString(watched.resolve("a"), "old");
    probe(KILLED, "write:n:new", "sync:n", "sync:.", "rename:n:a", "kill");
    assertThat(afterTheCut()).isEqualTo(Map.of("a", "old", "n", "new"));
  }

  @Test
  void renameShouldStandAfterSyncOfTheDirectory() throws Exception {
    Files.writeString(watched.resolve("a"), "old");
    probe(KILLED, "write:n:new", "sync:n", "rename:n:a", "sync:.", "kill");
    assertThat(afterTheCut()).isEqualTo(Map.of("a", "new"));
  }

  @Test
  void removedFileShouldComeBackWithoutSyncOfTheDirectory() throws Exception {
    Files.writeString(watched.resolve("a"), "one");
    Files.writeString(watched.resolve("b"), "two");
    probe(KILLED, "remove:a", "sync:.", "remove:b", "kill");
    assertThat(afterTheCut()).isEqualTo(Map.of("b", "two"));
  }

  @Test
  void overwrittenAndTruncatedRangesShouldFollowTheirSync() throws Exception {
    Files.writeString(watched.resolve("a"), "0123456789");
    probe(KILLED, "at:a:2:XX", "sync:a", "at:a:4:YY", "truncate:a:6", "kill");
    assertThat(afterTheCut()).isEqualTo(Map.of("a", "01XX456789"));
    probe(KILLED, "truncate:a:3", "at:a:5:Z", "sync:a", "kill");
    assertThat(afterTheCut()).isEqualTo(Map.of("a", "01X\0\0Z"));
  }

  @Test
  void fileThatTakesTheInodeOfAnotherShouldNotInheritItsContent() throws Exception {
    List<String> steps = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      steps.addAll(List.of("write:a" + i + ":long old content", "sync:a" + i, "remove:a" + i));
    }
    steps.addAll(List.of("write:b:new", "sync:.", "kill"));
    probe(KILLED, steps.toArray(new String[0]));
    assertThat(afterTheCut()).isEqualTo(Map.of("b", ""));
  }

  @Test
  void directoryShouldNeedTheSyncOfItsParent() throws Exception {
    probe(KILLED, "make:d", "write:d/a:x", "sync:d/a", "sync:d", "kill");
    assertThat(afterTheCut()).isEmpty();
    probe(KILLED, "make:d", "sync:.", "write:d/a:x", "sync:d/a", "sync:d", "kill");
    assertThat(afterTheCut()).isEqualTo(Map.of("d/a", "x"));
  }

  @Test
  void lyingSyncShouldKeepNothing() throws Exception {
    Map<String, String> environment = power.lyingEnvironment();
    run(environment, KILLED, "write:a:kept", "sync:a", "sync:.", "kill");
    assertThat(afterTheCut()).isEmpty();
  }

  @Test
  void tornEndShouldBeAPrefixOrZeros() throws Exception {
    for (int seed = 0; seed < 20; seed++) {
      probe(KILLED, "write:a:kept", "sync:a", "sync:.", "append:a:ABCDEFGH", "kill");
      power.cut(new Random(seed));
      assertThat(content().get("a")).matches("kept[A-H]{0,8}\0{0,8}").hasSizeBetween(4, 12);
    }
  }

  @Test
  void sharedWritableMappingShouldEndTheProcess() throws Exception {
    assertThat(probe(ABORTED, "map:a")).contains("shared writable mapping");
  }

  @Test
  void writeShouldFailOnCommand() throws Exception {
    FaultSwitch faults = new FaultSwitch(scratch.resolve("faults"));
    faults.on(FaultSwitch.On.WRITE, FaultSwitch.ENOSPC, "a", 1, 1);
    Map<String, String> environment = power.environment();
    environment.put("UNSYNCED_FAULTS", scratch.resolve("faults").toString());
    String output = run(environment, 3, "write:b:x", "write:a:x", "append:a:y", "kill");
    assertThat(output).contains("append: errno " + FaultSwitch.ENOSPC);
    assertThat(faults.failed()).isEqualTo(1);
  }

  @Test
  void readShouldBringAWrongBitOnCommand() throws Exception {
    FaultSwitch faults = new FaultSwitch(scratch.resolve("faults"));
    faults.on(FaultSwitch.On.READ, FaultSwitch.FLIP_A_BIT, "", 0, 1);
    Map<String, String> environment = power.environment();
    environment.put("UNSYNCED_FAULTS", scratch.resolve("faults").toString());
    assertThat(run(environment, 0, "write:a:BBB", "read:a", "read:a")).isEqualTo("BCB\nBBB\n");
  }

  private String probe(int exit, String... steps) throws Exception {
    return run(power.environment(), exit, steps);
  }

  private String run(Map<String, String> environment, int exit, String... steps) throws Exception {
    List<String> command = new ArrayList<>(List.of(shim.probe().toString()));
    command.addAll(List.of(steps));
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(watched.toFile()).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isEqualTo(exit);
    return output;
  }

  private Map<String, String> afterTheCut() throws IOException {
    power.cutExactly();
    return content();
  }

  private Map<String, String> content() throws IOException {
    Map<String, String> content = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(watched)) {
      for (Path path : paths.filter(Files::isRegularFile).toList()) {
        content.put(watched.relativize(path).toString(), Files.readString(path));
      }
    }
    return content;
  }
}
