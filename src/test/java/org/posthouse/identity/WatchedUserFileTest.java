/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchedUserFileTest {
  private static final UserName ALICE = UserName.of("alice");

  @TempDir Path home;
  private final List<UserTable> seen = new ArrayList<>();
  private final AtomicLong nanos = new AtomicLong();
  private UserFile file;
  private UserRegister register;

  @BeforeEach
  void setUp() {
    file = new UserFile(home.resolve("users"));
    register = new UserRegister(file, 4096);
  }

  @Test
  void changeShouldBeSeenInRealTimeToo() throws Exception {
    WatchedUserFile users = new WatchedUserFile(file, seen::add);
    assertThat(users.current().users()).isEmpty();

    register.add(ALICE, "default", "one");

    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(50))
        .until(() -> users.current().user(ALICE).isPresent());
    register.remove(ALICE, Optional.empty());
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(50))
        .until(() -> users.current().user(ALICE).isEmpty());
  }

  @Test
  void fileShouldBeLookedAtTwiceASecondAtMost() throws Exception {
    WatchedUserFile users = watched();
    users.current();
    register.add(ALICE, "default", "one");

    nanos.addAndGet(Duration.ofMillis(499).toNanos());
    assertThat(users.current().users()).isEmpty();
    nanos.addAndGet(Duration.ofMillis(1).toNanos());
    assertThat(users.current().users()).hasSize(1);
  }

  @Test
  void unchangedFileShouldBeReadOnce() throws Exception {
    register.add(ALICE, "default", "one");
    age(Duration.ofMinutes(1));
    WatchedUserFile users = watched();

    for (int i = 0; i < 5; i++) {
      users.current();
      nanos.addAndGet(Duration.ofSeconds(1).toNanos());
    }

    assertThat(seen).hasSize(1);
  }

  /** What an editor does that writes in place, twice within the file system's clock tick. */
  @Test
  void secondWriteOfTheSameSizeAndTimeShouldBeSeen() throws Exception {
    register.add(ALICE, "default", "one");
    String first = Files.readString(file.path());
    WatchedUserFile users = watched();
    Instant time = Instant.now();
    Files.setLastModifiedTime(file.path(), java.nio.file.attribute.FileTime.from(time));
    users.current();

    Files.writeString(file.path(), first.replace("alice", "carol"));
    Files.setLastModifiedTime(file.path(), java.nio.file.attribute.FileTime.from(time));
    nanos.addAndGet(Duration.ofSeconds(1).toNanos());

    assertThat(users.current().user(UserName.of("carol"))).isPresent();
    assertThat(users.current().user(ALICE)).isEmpty();
  }

  @Test
  void removedFileShouldMeanNobody() throws Exception {
    register.add(ALICE, "default", "one");
    WatchedUserFile users = watched();
    users.current();

    Files.delete(file.path());
    nanos.addAndGet(Duration.ofSeconds(1).toNanos());

    assertThat(users.current().users()).isEmpty();
  }

  private WatchedUserFile watched() {
    return new WatchedUserFile(file, seen::add, nanos::get);
  }

  private void age(Duration age) throws Exception {
    Files.setLastModifiedTime(
        file.path(), java.nio.file.attribute.FileTime.from(Instant.now().minus(age)));
  }
}
