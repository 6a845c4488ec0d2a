/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.posthouse.identity.CheckResult.Outcome.ACCEPTED;
import static org.posthouse.identity.CheckResult.Outcome.REJECTED;
import static org.posthouse.identity.CheckResult.Outcome.UNAVAILABLE;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PasswordCheckerTest {
  private static final UserName ALICE = UserName.of("alice");

  @TempDir Path home;
  private final AtomicLong rounds = new AtomicLong();
  private final AtomicLong nanos = new AtomicLong();
  private final KeyDerivation counting =
      (password, salt, iterations) -> {
        rounds.addAndGet(iterations);
        return KeyDerivation.PBKDF2.derive(password, salt, iterations);
      };
  private final VerificationPool pool = new VerificationPool(2, 4);
  private final List<String> uses = new ArrayList<>();
  private Clock clock = Clock.fixed(Instant.parse("2027-01-31T23:59:59Z"), ZoneOffset.UTC);
  private UserFile file;
  private UserRegister register;
  private PasswordChecker checker;

  @BeforeEach
  void setUp() throws Exception {
    file = new UserFile(home.resolve("users"));
    register = new UserRegister(file, 4096);
    register.add(ALICE, "default", "one");
    register.add(ALICE, "laptop", "two");
    register.add(UserName.of("bob"), "default", "three");
    checker = checker(pool);
  }

  @AfterEach
  void tearDown() {
    pool.close();
  }

  private PasswordChecker checker(VerificationPool pool) {
    WatchedUserFile users = new WatchedUserFile(file, table -> {}, nanos::get);
    return new PasswordChecker(
        users, pool, counting, (user, used) -> uses.add(user + " " + used), clock, nanos::get);
  }

  private Credential stored(String credential) throws IOException {
    return file.read().user(ALICE).flatMap(user -> user.credential(credential)).orElseThrow();
  }

  private CheckResult accepted(String credential) throws IOException {
    Identity alice = Identity.named("alice", PasswordChecker.SOURCE);
    return CheckResult.accepted(alice, stored(credential));
  }

  private CheckResult check(String user, String password) {
    return checker.check(user, password).toCompletableFuture().join();
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  @Test
  void loginShouldBeRevokedWhoseCredentialHasAnotherPassword() throws Exception {
    Identity alice = Identity.named("alice", PasswordChecker.SOURCE);
    ScramVerifier before = stored("laptop").verifier();
    assertThat(checker.isRevoked(alice, "laptop", before)).isFalse();
    register.setPassword(ALICE, Optional.of("laptop"), "another");
    checker = checker(pool);
    assertThat(checker.isRevoked(alice, "laptop", before)).isTrue();
    assertThat(checker.isRevoked(alice, "laptop", stored("laptop").verifier())).isFalse();
  }

  @Test
  void credentialShouldBeRevokedWhereItOpensNoMore() throws Exception {
    register.add(UserName.of("dave"), "job", "four", LocalDate.of(2027, 1, 31));
    Identity alice = Identity.named("alice", PasswordChecker.SOURCE);
    Identity dave = Identity.named("dave", PasswordChecker.SOURCE);
    assertThat(checker.isRevoked(alice, "laptop", null)).isFalse();
    assertThat(checker.isRevoked(dave, "job", null)).isFalse();

    register.remove(ALICE, Optional.of("laptop"));
    clock = Clock.fixed(Instant.parse("2027-02-01T00:00:00Z"), ZoneOffset.UTC);
    checker = checker(pool);
    assertThat(checker.isRevoked(alice, "laptop", null)).isTrue();
    assertThat(checker.isRevoked(alice, "default", null)).isFalse();
    assertThat(checker.isRevoked(dave, "job", null)).as("expired").isTrue();
    assertThat(checker.isRevoked(Identity.named("mallory", "staff"), "-", null))
        .as("LDAP's")
        .isFalse();

    Files.writeString(file.path(), "no users");
    checker = checker(pool);
    assertThat(checker.isRevoked(alice, "default", null)).as("nobody can tell").isTrue();
  }

  @Test
  void checkShouldNameUserAndCredential() throws IOException {
    assertThat(check("Alice", "two")).isEqualTo(accepted("laptop"));
    assertThat(check("alice", "one")).isEqualTo(accepted("default"));
  }

  @Test
  void credentialShouldOpenUntilTheEndOfItsLastDayAndThenCostWhatAnyFailureCosts()
      throws Exception {
    register.add(UserName.of("dave"), "job", "four", LocalDate.of(2027, 1, 31));
    checker = checker(pool);
    assertThat(check("dave", "four").outcome()).isEqualTo(ACCEPTED);

    clock = Clock.fixed(Instant.parse("2027-02-01T00:00:00Z"), ZoneOffset.UTC);
    checker = checker(pool);
    rounds.set(0);
    assertThat(check("nobody", "four")).isEqualTo(CheckResult.REJECTED);
    long unknown = rounds.getAndSet(0);
    assertThat(check("dave", "four")).isEqualTo(CheckResult.expired("job"));
    assertThat(rounds.getAndSet(0)).isEqualTo(unknown);
    assertThat(check("dave", "wrong")).isEqualTo(CheckResult.REJECTED);
    assertThat(rounds.get()).isEqualTo(unknown);
    register.add(UserName.of("dave"), "later", "four", null);
    checker = checker(pool);
    assertThat(check("dave", "four").credential()).isEqualTo("later");
  }

  @Test
  void rememberedLoginShouldExpireWithItsCredential() throws Exception {
    register.add(UserName.of("dave"), "job", "four", LocalDate.of(2027, 1, 31));
    AtomicLong seconds = new AtomicLong(Instant.parse("2027-01-31T23:59:59Z").getEpochSecond());
    Clock moving = new MovingClock(seconds);
    clock = moving;
    checker = checker(pool);
    assertThat(check("dave", "four").outcome()).isEqualTo(ACCEPTED);
    assertThat(checker.cachedLogins()).isEqualTo(1);
    seconds.incrementAndGet();
    assertThat(check("dave", "four")).isEqualTo(CheckResult.expired("job"));
  }

  private static final class MovingClock extends Clock {
    private final AtomicLong seconds;

    MovingClock(AtomicLong seconds) {
      this.seconds = seconds;
    }

    @Override
    public java.time.ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(java.time.ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return Instant.ofEpochSecond(seconds.get());
    }
  }

  @Test
  void everyUseShouldBeToldAlsoOneThatWasRemembered() {
    check("alice", "two");
    check("alice", "two");
    check("alice", "wrong");
    assertThat(uses).containsExactly("alice laptop", "alice laptop");
  }

  @Test
  void checkShouldRejectWhatDoesNotMatch() {
    assertThat(check("alice", "three").outcome()).isEqualTo(REJECTED);
    assertThat(check("alice", "One").outcome()).isEqualTo(REJECTED);
    assertThat(check("alice", "").outcome()).isEqualTo(REJECTED);
    assertThat(check("mallory", "one").outcome()).isEqualTo(REJECTED);
  }

  @Test
  void everyFailureShouldTakeTheSameRounds() throws Exception {
    // A user whose lines were written by hand, with a salt and a cost for each credential.
    byte[] salt = new byte[16];
    byte[] otherSalt = new byte[17];
    file.change(
        (lines, users) -> {
          List<String> all = new ArrayList<>(lines);
          all.add("dave a " + verifier("x", salt, 90_000).asText());
          all.add("dave b " + verifier("y", otherSalt, 60_000).asText());
          return all;
        });

    for (String user : List.of("alice", "bob", "dave", "mallory", "no such:name", "", "a@b@c")) {
      for (String password : List.of("wrong", "", "prohibited\u0007")) {
        rounds.set(0);
        assertThat(check(user, password).outcome()).isEqualTo(REJECTED);
        assertThat(rounds.get()).as(user + " " + password).isEqualTo(150_000);
      }
    }
  }

  private static ScramVerifier verifier(String password, byte[] salt, int iterations) {
    return ScramVerifier.of(
        KeyDerivation.PBKDF2.derive(password, salt, iterations), salt, iterations);
  }

  @Test
  void costlyDefaultShouldHoldForCheapUsersToo() {
    check("alice", "wrong");

    assertThat(rounds.get()).isEqualTo(ScramVerifier.DEFAULT_ITERATIONS);
  }

  @Test
  void successShouldBeRememberedForFiveMinutes() {
    check("alice", "one");
    rounds.set(0);

    pass(Duration.ofSeconds(299));
    assertThat(check("alice", "one").outcome()).isEqualTo(ACCEPTED);
    assertThat(rounds.get()).isZero();
    pass(Duration.ofSeconds(1));
    assertThat(check("alice", "one").outcome()).isEqualTo(ACCEPTED);
    assertThat(rounds.get()).isEqualTo(4096);
  }

  @Test
  void rememberedSuccessShouldNotServeAnotherPasswordOrUser() {
    check("alice", "one");

    assertThat(check("alice", "one ").outcome()).isEqualTo(REJECTED);
    assertThat(check("bob", "one").outcome()).isEqualTo(REJECTED);
  }

  @Test
  void failureShouldNotBeRemembered() {
    check("alice", "wrong");
    rounds.set(0);

    check("alice", "wrong");

    assertThat(rounds.get()).isEqualTo(ScramVerifier.DEFAULT_ITERATIONS);
    assertThat(checker.cachedLogins()).isZero();
  }

  @Test
  void changedPasswordShouldDropWhatWasRemembered() throws Exception {
    check("alice", "one");
    check("alice", "two");
    check("bob", "three");
    register.setPassword(ALICE, Optional.of("default"), "four");
    pass(Duration.ofSeconds(1));

    assertThat(check("alice", "one").outcome()).isEqualTo(REJECTED);
    assertThat(check("alice", "four").outcome()).isEqualTo(ACCEPTED);
    assertThat(checker.cachedLogins()).isEqualTo(3);
  }

  @Test
  void removedCredentialShouldDropWhatWasRemembered() throws Exception {
    check("alice", "one");
    check("alice", "two");
    register.remove(ALICE, Optional.of("laptop"));
    pass(Duration.ofSeconds(1));

    assertThat(check("alice", "two").outcome()).isEqualTo(REJECTED);
    assertThat(check("alice", "one").outcome()).isEqualTo(ACCEPTED);
    assertThat(checker.cachedLogins()).isEqualTo(1);
  }

  @Test
  void unreadableFileShouldBeUnavailableEvenForRememberedLogins() throws Exception {
    check("alice", "one");
    Files.writeString(file.path(), "posthouse-users 3\n");
    pass(Duration.ofSeconds(1));

    assertThat(check("alice", "one").outcome()).isEqualTo(UNAVAILABLE);
    assertThat(check("mallory", "one").outcome()).isEqualTo(UNAVAILABLE);
    Files.delete(file.path());
    register.add(ALICE, "default", "one");
    pass(Duration.ofSeconds(1));
    assertThat(check("alice", "one").outcome()).isEqualTo(ACCEPTED);
  }

  @Test
  void fullQueueShouldBeUnavailableNeverRejected() {
    CountDownLatch release = new CountDownLatch(1);
    List<CompletableFuture<CheckResult>> checks = new ArrayList<>();
    try (VerificationPool small = new VerificationPool(1, 2)) {
      small.execute(() -> await(release));
      checker = checker(small);
      for (int i = 0; i < 5; i++) {
        checks.add(checker.check("alice", "wrong" + i).toCompletableFuture());
      }
      List<CheckResult> early =
          checks.stream().filter(CompletableFuture::isDone).map(CompletableFuture::join).toList();
      release.countDown();

      assertThat(early).hasSize(3).allMatch(r -> r.outcome() == UNAVAILABLE);
      Awaitility.await().until(() -> checks.stream().allMatch(CompletableFuture::isDone));
      assertThat(checks.stream().filter(c -> c.join().outcome() == REJECTED)).hasSize(2);
    }
  }

  @Test
  void checkShouldNotRunOnTheCallersThread() {
    List<Thread> threads = new ArrayList<>();
    WatchedUserFile users = new WatchedUserFile(file, table -> {}, nanos::get);
    KeyDerivation recording =
        (password, salt, iterations) -> {
          threads.add(Thread.currentThread());
          return new byte[32];
        };

    new PasswordChecker(users, pool, recording, (user, used) -> {}, clock, nanos::get)
        .check("alice", "one")
        .toCompletableFuture()
        .join();

    assertThat(threads).isNotEmpty().doesNotContain(Thread.currentThread());
  }

  @Test
  void burstOfOneClientShouldPayOnce() {
    try (VerificationPool one = new VerificationPool(1, 64)) {
      checker = checker(one);
      List<CompletableFuture<CheckResult>> burst = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        burst.add(checker.check("alice", "one").toCompletableFuture());
      }
      assertThat(burst).allMatch(check -> check.join().isAccepted());
      assertThat(rounds.get()).isEqualTo(4096);
    }
  }

  @Test
  void rememberedLoginsShouldNotBeVerifiedAgain() {
    for (int i = 0; i < 2_000; i++) {
      assertThat(check("alice", "one").isAccepted()).isTrue();
    }

    assertThat(rounds.get()).isEqualTo(4096);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
