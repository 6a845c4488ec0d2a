/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.posthouse.identity.LastUses.UsedCredential;

class LastUsesTest {
  private static final Instant NOW = Instant.parse("2026-11-29T05:52:00Z");
  private static final Clock CLOCK = Clock.fixed(NOW.plusMillis(250), ZoneOffset.UTC);
  private static final UserName ALICE = UserName.of("alice");

  @TempDir Path directory;

  @Test
  void usesShouldBeWrittenWithinThePauseAndNoSooner() throws Exception {
    Path file = directory.resolve("last-uses");
    try (LastUses uses = new LastUses(file, CLOCK, key -> true, Duration.ofMillis(300))) {
      long begin = System.nanoTime();
      uses.note(ALICE, "default");
      uses.note(ALICE, "laptop");
      Awaitility.await().until(() -> Files.exists(file));
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(299));
      assertThat(LastUses.read(file))
          .isEqualTo(
              Map.of(
                  new UsedCredential(ALICE, "default"),
                  NOW,
                  new UsedCredential(ALICE, "laptop"),
                  NOW));
    }
  }

  @Test
  void closingShouldWriteTheRestAndForgetWhatIsGone() throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("last-uses"),
            "bob default 2026-01-01T00:00:00Z\n\u00FF garbage\nalice old 2026-01-01T00:00:00Z\n");
    try (LastUses uses = new LastUses(file, CLOCK, key -> !key.user().equals(UserName.of("bob")))) {
      uses.note(ALICE, "laptop");
    }
    assertThat(Files.readString(file))
        .isEqualTo("alice laptop 2026-11-29T05:52:00Z\nalice old 2026-01-01T00:00:00Z\n");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void aFileThatCannotBeWrittenShouldHarmNobody() throws Exception {
    LastUses uses = new LastUses(directory.resolve("none/last-uses"), CLOCK, key -> true);
    uses.note(ALICE, "laptop");
    uses.close();
    assertThat(directory.resolve("none")).doesNotExist();
  }
}
