/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.guess;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is slowed, who is stopped, and who must not be. */
class GuessGuardTest {
  private static final GuessLimits LIMITS =
      new GuessLimits(
          Duration.ofMillis(500),
          Duration.ofSeconds(8),
          Duration.ofMinutes(10),
          Duration.ofMinutes(15),
          10,
          50,
          20);

  private final List<String> events = new ArrayList<>();
  private final Deque<Runnable> later = new ArrayDeque<>();
  private long now = Long.MAX_VALUE - 5; // the clock may be anywhere, and run over
  private Instant wall = Instant.parse("2026-11-29T05:52:00Z");
  @TempDir private Path var;
  private KnownPlaces places;
  private GuessGuard guard;

  @BeforeEach
  void open() {
    places = KnownPlaces.open(var, new TestClock());
    guard = guard(places);
  }

  @AfterEach
  void close() {
    places.close();
  }

  private GuessGuard guard(KnownPlaces known) {
    return new GuessGuard(
        LIMITS,
        known,
        () -> now,
        (after, task) -> later.add(task),
        new GuessGuard.Events() {
          @Override
          public void blocked(Subject subject, Duration block, Attempt last) {
            events.add("+" + subject.scope() + " " + subject.of());
          }

          @Override
          public void unblocked(Subject subject) {
            events.add("-" + subject.scope() + " " + subject.of());
          }
        });
  }

  private final class TestClock extends Clock {
    @Override
    public Instant instant() {
      return wall;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  private static Attempt password(String client, String login) throws Exception {
    return new Attempt(InetAddress.getByName(client), login, true);
  }

  private void pass(Duration span) {
    now += span.toNanos();
    wall = wall.plus(span);
  }

  private void fail(int times, String client, String login) throws Exception {
    for (int i = 0; i < times; i++) {
      guard.failed(password(client, login));
    }
  }

  @Test
  void theDelayShouldDoubleUpToItsLimit() throws Exception {
    List<Long> delays = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      delays.add(guard.failed(password("192.0.2.1", "alice")).toMillis());
    }
    assertThat(delays).containsExactly(500L, 1000L, 2000L, 4000L, 8000L, 8000L, 8000L);
    pass(Duration.ofMinutes(10));
    assertThat(guard.failed(password("192.0.2.1", "alice"))).isEqualTo(Duration.ofMillis(500));
  }

  @Test
  void anAddressShouldBeBlockedForAWhileAndThenListenedToAgain() throws Exception {
    fail(9, "192.0.2.1", "alice");
    assertThat(guard.blocked(password("192.0.2.1", "alice"))).isEmpty();
    fail(1, "192.0.2.1", "bob");
    assertThat(events).containsExactly("+address 192.0.2.1");
    assertThat(guard.blocked(password("192.0.2.1", "carol"))).contains(Duration.ofMinutes(15));
    assertThat(guard.blocked(password("192.0.2.2", "alice"))).isEmpty();
    pass(Duration.ofMinutes(15));
    later.remove().run();
    assertThat(guard.blocked(password("192.0.2.1", "carol"))).isEmpty();
    assertThat(events).containsExactly("+address 192.0.2.1", "-address 192.0.2.1");
    fail(10, "192.0.2.1", "carol");
    assertThat(events).last().isEqualTo("+address 192.0.2.1");
  }

  /** A directory takes them for the same. */
  @ParameterizedTest
  @ValueSource(strings = {"lena ", " lena", "lena\u3000", "LENA", "\uff4c\uff45\uff4e\uff41"})
  void spellingsOfALoginShouldBeOneLogin(String spelling) throws Exception {
    for (int i = 0; i < 20; i++) {
      fail(1, "192.0." + i + ".1", spelling);
    }
    assertThat(guard.blocked(password("203.0.113.1", "lena"))).isPresent();
  }

  @Test
  void failuresShouldBeForgottenAtTheRateOfTheLimit() throws Exception {
    for (int i = 0; i < 200; i++) {
      guard.failed(password("192.0.2.1", "user" + i));
      pass(Duration.ofSeconds(61));
    }
    assertThat(events).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.%d, 192.0.2.200, 192.0.3.1, 192.0.2.0/24",
    "2001:db8::%d, 2001:db8:0:0:ffff::1, 2001:db8:0:1::1, 2001:db8::/64"
  })
  void aNetworkShouldBeBlockedAsAWhole(String some, String other, String outside, String network)
      throws Exception {
    for (int i = 0; i < 50; i++) {
      fail(1, some.replace("%d", "" + (i + 1)), "user" + i);
    }
    assertThat(events).containsExactly("+network " + network);
    assertThat(guard.blocked(password(other, "new"))).isPresent();
    assertThat(guard.blocked(password(outside, "new"))).isEmpty();
  }

  @Test
  void aLoginShouldBeBlockedWhereverItIsNotKnownAndFreeAtHome() throws Exception {
    guard.succeeded(password("198.51.100.7", "Alice"));
    for (int i = 0; i < 20; i++) {
      fail(1, "203.0." + i + ".1", "alice");
    }
    assertThat(events).containsExactly("+login alice");
    assertThat(guard.blocked(password("203.0.99.1", "ALICE"))).isPresent();
    assertThat(guard.blocked(password("198.51.100.7", "alice"))).isEmpty();
    assertThat(guard.blocked(password("198.51.100.99", "alice"))).isEmpty();
    assertThat(guard.blocked(password("203.0.99.1", "bob"))).isEmpty();
  }

  @Test
  void whoIsAtHomeShouldNotSufferFromItsNeighbours() throws Exception {
    guard.succeeded(password("198.51.100.7", "alice"));
    fail(60, "198.51.100.7", "bob");
    assertThat(events).contains("+address 198.51.100.7", "+network 198.51.100.0/24");
    assertThat(guard.blocked(password("198.51.100.7", "alice"))).isEmpty();
    assertThat(guard.blocked(password("198.51.100.7", "carol"))).isPresent();
  }

  @Test
  void guessesAtHomeShouldBeCountedToo() throws Exception {
    guard.succeeded(password("198.51.100.7", "alice"));
    guard.succeeded(password("192.0.2.7", "alice"));
    for (int i = 0; i < 10; i++) {
      fail(1, "198.51.100." + (i + 10), "alice");
    }
    assertThat(events).containsExactly("+place alice,198.51.100.0/24");
    assertThat(guard.blocked(password("198.51.100.99", "alice"))).isPresent();
    assertThat(guard.blocked(password("192.0.2.7", "alice"))).isEmpty();
    assertThat(guard.blocked(password("198.51.100.7", "alice")))
        .as("the address where it was right is not kept out by its neighbours")
        .isEmpty();
    fail(10, "198.51.100.7", "alice");
    assertThat(guard.blocked(password("198.51.100.7", "alice"))).isPresent();
  }

  @Test
  void aSuccessShouldNotForgiveGuessesAtOthers() throws Exception {
    for (int i = 0; i < 10; i++) {
      fail(1, "192.0.2.1", "victim" + i);
      guard.succeeded(password("192.0.2.1", "mallory"));
    }
    assertThat(events).containsExactly("+address 192.0.2.1");
  }

  @Test
  void aPlaceShouldBeForgottenInTime() throws Exception {
    guard.succeeded(password("198.51.100.7", "alice"));
    pass(Duration.ofDays(31));
    fail(10, "198.51.100.7", "bob");
    assertThat(guard.blocked(password("198.51.100.7", "alice"))).isPresent();
  }

  @Test
  void blocksShouldBeListedAndEnd() throws Exception {
    guard.succeeded(password("198.51.100.7", "alice"));
    fail(10, "198.51.100.8", "alice");
    fail(10, "192.0.2.1", "bob");
    pass(Duration.ofMinutes(5));
    assertThat(guard.blocks())
        .extracting(block -> block.subject().of())
        .containsExactlyInAnyOrder("198.51.100.8", "alice,198.51.100.0/24", "192.0.2.1");
    assertThat(guard.blocks()).allMatch(block -> block.left().equals(Duration.ofMinutes(10)));
    assertThat(guard.unblock("carol")).isEmpty();
    assertThat(guard.unblock("Alice ")).hasSize(1);
    assertThat(guard.blocked(password("198.51.100.7", "alice"))).isEmpty();
    assertThat(guard.unblock("192.0.2.1")).hasSize(1);
    assertThat(guard.blocked(password("192.0.2.1", "bob"))).isEmpty();
    fail(9, "192.0.2.1", "bob");
    assertThat(guard.blocked(password("192.0.2.1", "bob"))).as("counted anew").isEmpty();
  }

  @Test
  void theEndOfABlockShouldBeToldOnce() throws Exception {
    fail(10, "192.0.2.1", "bob");
    pass(Duration.ofMinutes(5));
    assertThat(guard.unblock("192.0.2.1")).hasSize(1);
    assertThat(events).containsExactly("+address 192.0.2.1", "-address 192.0.2.1");
    fail(10, "192.0.2.1", "bob");
    assertThat(events).hasSize(3);
    pass(Duration.ofMinutes(10));
    later.remove().run();
    assertThat(events).as("by the first block's time, while the second holds").hasSize(3);
    pass(Duration.ofMinutes(5));
    later.remove().run();
    assertThat(events).hasSize(4).last().isEqualTo("-address 192.0.2.1");
    assertThat(guard.unblock("192.0.2.1")).isEmpty();
    assertThat(events).hasSize(4);
  }

  @Test
  void onlyTheWholeNameShouldBeUnblocked() throws Exception {
    guard.succeeded(password("198.51.100.7", "alice,x"));
    fail(10, "198.51.100.7", "alice,x");
    fail(10, "192.0.2.10", "bob");
    events.clear();
    for (String other : List.of("alice", "192.0.2.1", "192.0.2.1,", "", "198.51.100.0/24")) {
      assertThat(guard.unblock(other)).as(other).isEmpty();
    }
    assertThat(events).isEmpty();
    assertThat(guard.unblock("ALICE,x,198.51.100.7")).hasSize(1);
    assertThat(guard.unblock("192.0.2.10")).hasSize(1);
    assertThat(events).containsExactly("-place alice,x,198.51.100.7", "-address 192.0.2.10");
  }

  private void unsure(int from, int to, String client, String login) throws Exception {
    for (int i = from; i < to; i++) {
      guard.unsure(password(client, login), "secret" + i);
    }
  }

  @Test
  void guessesAtHomeShouldCountWhileASourceIsDown() throws Exception {
    guard.succeeded(password("198.51.100.7", "alice"));
    unsure(0, 9, "198.51.100.7", "alice");
    assertThat(guard.blocked(password("198.51.100.7", "alice"))).isEmpty();
    unsure(9, 10, "198.51.100.7", "alice");
    assertThat(events)
        .as("who shares the address pays nothing")
        .containsExactly("+place alice,198.51.100.7");
    assertThat(guard.blocked(password("198.51.100.7", "bob"))).isEmpty();
  }

  /** The right password of a directory that is down, again and again, is no guessing. */
  @Test
  void theSameSecretShouldCountOnceInAWindow() throws Exception {
    for (String client : List.of("198.51.100.7", "203.0.113.9")) {
      for (int i = 0; i < 500; i++) {
        assertThat(guard.unsure(password(client, "alice"), "right"))
            .isEqualTo(Duration.ofMillis(500));
        pass(Duration.ofSeconds(20));
      }
      guard.succeeded(password("198.51.100.7", "alice"));
    }
    assertThat(events).isEmpty();
    for (int i = 0; i < 10; i++) {
      guard.unsure(password("203.0.113.9", "user" + i), "right");
    }
    assertThat(events).as("of another login it is another").containsExactly("+address 203.0.113.9");
  }

  @Test
  void othersShouldNotLockOutWhoIsAtHomeWhileASourceIsDown() throws Exception {
    guard.succeeded(password("198.51.100.7", "alice"));
    for (int i = 0; i < 20; i++) {
      unsure(i, i + 1, "203.0." + i + ".1", "alice");
    }
    unsure(0, 10, "198.51.100.8", "alice");
    unsure(0, 10, "198.51.100.7", "bob");
    assertThat(events)
        .contains("+login alice", "+place alice,198.51.100.0/24", "+address 198.51.100.7");
    assertThat(guard.blocked(password("198.51.100.7", "alice"))).isEmpty();
  }

  @Test
  void aLoginShouldNotPushOutThePlacesOfOthers() throws Exception {
    guard.succeeded(password("198.51.100.7", "alice"));
    int most = KnownPlaces.MOST;
    for (int i = 0; i < most; i++) {
      wall = wall.plusMillis(1);
      byte[] octets = {(byte) 10, (byte) (i >> 16), (byte) (i >> 8), (byte) i};
      InetAddress address = InetAddress.getByAddress(octets);
      guard.succeeded(new Attempt(address, "mallory", true));
      guard.succeeded(new Attempt(address, "mallory", true));
    }
    fail(10, "198.51.100.7", "bob");
    assertThat(guard.blocked(password("198.51.100.7", "alice"))).isEmpty();
    fail(20, "10.1.134.159", "bob");
    assertThat(guard.blocked(password("10.1.134.159", "mallory"))).as("his newest").isEmpty();
    places.close();
    assertThat(Files.readAllLines(var.resolve("known-places")))
        .hasSize(KnownPlaces.MOST_OF_LOGIN + 2);
  }

  @Test
  void placesShouldOutliveTheProcess() throws Exception {
    guard.succeeded(password("198.51.100.7", "al ice%,\u00e9"));
    guard.succeeded(password("192.0.2.7", "bob"));
    places.close();
    Path file = var.resolve("known-places");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    Files.writeString(file, "never bob\n\n2026-11-29T05:52:00Z %zz\n", StandardOpenOption.APPEND);
    pass(Duration.ofDays(29));
    try (KnownPlaces again = KnownPlaces.open(var, new TestClock())) {
      guard = guard(again);
      fail(10, "198.51.100.7", "carol");
      assertThat(guard.blocked(password("198.51.100.7", "al ice%,\u00e9"))).isEmpty();
      guard.succeeded(password("192.0.2.7", "bob"));
      pass(Duration.ofDays(2));
      assertThat(guard.blocked(password("198.51.100.7", "carol"))).isEmpty();
      fail(10, "198.51.100.7", "carol");
      assertThat(guard.blocked(password("198.51.100.7", "al ice%,\u00e9"))).isPresent();
    }
    assertThat(Files.readAllLines(file))
        .containsExactly(
            "2026-12-28T05:52:00Z bob%2C192.0.2.0%2F24", "2026-12-28T05:52:00Z bob%2C192.0.2.7");
  }

  @Test
  void aFileOfPlacesThatCannotBeReadShouldHarmNobody() throws Exception {
    Files.createDirectory(var.resolve("known-places"));
    try (KnownPlaces none = KnownPlaces.open(var, new TestClock())) {
      guard = guard(none);
      guard.succeeded(password("192.0.2.7", "bob"));
      fail(10, "192.0.2.7", "carol");
      assertThat(guard.blocked(password("192.0.2.7", "bob"))).isEmpty();
    }
  }

  @Test
  void tokensShouldNotBlockALogin() throws Exception {
    for (int i = 0; i < 30; i++) {
      guard.failed(new Attempt(InetAddress.getByName("203.0." + i + ".1"), "alice", false));
    }
    assertThat(events).isEmpty();
    for (int i = 0; i < 10; i++) {
      guard.failed(new Attempt(InetAddress.getByName("192.0.2.1"), "", false));
    }
    assertThat(events).containsExactly("+address 192.0.2.1");
  }

  @Test
  void aFloodShouldTakeBoundedMemoryAndNotHideWhoGuessesOn() throws Exception {
    for (int i = 0; i < 120_000; i++) {
      byte[] octets = {(byte) 10, (byte) (i >> 16), (byte) (i >> 8), (byte) i};
      guard.failed(new Attempt(InetAddress.getByAddress(octets), "u" + i, true));
      if (i % 10_000 == 0) {
        fail(1, "192.0.2.1", "alice");
      }
    }
    assertThat(guard.size()).isLessThan(GuessGuard.MOST_ADDRESSES + 3L * GuessGuard.MOST_OTHERS);
    assertThat(guard.blocked(password("192.0.2.1", "alice"))).isPresent();
  }
}
