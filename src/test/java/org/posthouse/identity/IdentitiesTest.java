/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.posthouse.identity.CheckResult.Outcome.ACCEPTED;
import static org.posthouse.identity.CheckResult.Outcome.REJECTED;
import static org.posthouse.identity.CheckResult.Outcome.UNAVAILABLE;

import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several sources in order; the real ones are files of users and a directory that is down. */
class IdentitiesTest {
  private static final PasswordSource DOWN =
      (login, password) ->
          CompletableFuture.completedFuture(CheckResult.unavailable("directory: down"));
  private static final PasswordSource BROKEN =
      (login, password) -> {
        throw new IllegalStateException("a bug");
      };

  @TempDir Path home;
  private PasswordSource first;
  private PasswordSource second;

  @BeforeEach
  void setUp() throws Exception {
    first = file("first", "alice", "one");
    second = file("second", "alice", "two");
  }

  private PasswordSource file(String name, String user, String password) throws Exception {
    UserFile file = new UserFile(home.resolve(name));
    new UserRegister(file, 4096).add(UserName.of(user), name, password);
    return new PasswordChecker(new WatchedUserFile(file, table -> {}), Runnable::run);
  }

  private static CheckResult check(String login, String password, PasswordSource... sources) {
    Map<String, Addition> additions =
        Map.of("alice", new Addition(Set.of("sales"), Set.of("alice@example.org")));
    return new Identities(Identities.Sources.ofPasswords(sources), additions)
        .checkPassword(login, password)
        .toCompletableFuture()
        .join();
  }

  @Test
  void theFirstSourceThatAcceptsShouldDecide() {
    assertThat(check("alice", "one", first, second).credential()).isEqualTo("first");
    assertThat(check("alice", "two", first, second).credential()).isEqualTo("second");
    assertThat(check("alice", "three", first, second)).isEqualTo(CheckResult.REJECTED);
    assertThat(check("alice", "one")).isEqualTo(CheckResult.REJECTED);
  }

  @Test
  void additionsShouldBeOfAnySource() {
    Identity alice = check("Alice", "two", first, second).identity();
    assertThat(alice.groups()).containsExactly("sales");
    assertThat(alice.addresses()).containsExactly("alice@example.org");
  }

  @Test
  void aSourceThatIsDownShouldNeitherLetInNorRejectNorHideTheOthers() {
    assertThat(check("alice", "two", DOWN, second).outcome()).isEqualTo(ACCEPTED);
    assertThat(check("alice", "one", first, DOWN).outcome()).isEqualTo(ACCEPTED);
    for (PasswordSource[] order :
        List.of(new PasswordSource[] {DOWN, second}, new PasswordSource[] {second, DOWN})) {
      CheckResult result = check("alice", "wrong", order);
      assertThat(result.outcome()).isEqualTo(UNAVAILABLE);
      assertThat(result.reason()).isEqualTo("directory: down");
      assertThat(result.guessed()).as("who guesses on is counted").isTrue();
    }
    assertThat(check("alice", "wrong", DOWN).guessed()).isFalse();
    assertThat(check("alice", "one", first, DOWN).guessed()).isFalse();
  }

  /** A certificate or a directory may hold it; whoever is mar\u212a is not mark. */
  @Test
  void theKelvinSignShouldBeNoK() {
    assertThat(Identity.named("Mar\u212a@Example.org", "c").name())
        .isEqualTo("mar\u212a@example.org");
  }

  @Test
  void aBugInASourceShouldBeAReasonToTryAgain() {
    assertThat(check("alice", "two", BROKEN, second).outcome()).isEqualTo(ACCEPTED);
    assertThat(check("alice", "wrong", BROKEN, second).outcome()).isEqualTo(UNAVAILABLE);
  }

  @Test
  void withoutTokensEveryTokenShouldBeRejected() {
    Identities identities = new Identities(Identities.Sources.ofPasswords(first), Map.of());
    assertThat(identities.checkToken("x", "").toCompletableFuture().join().outcome())
        .isEqualTo(REJECTED);
    assertThat(identities.takesTokens()).isFalse();
    assertThat(identities.takesUsers()).isTrue();
    assertThat(identities.ofCertificate(List.of(), true)).isEmpty();
  }

  @Test
  void anExpiredCredentialShouldBeLeftToTheNextSource() throws Exception {
    UserFile file = new UserFile(home.resolve("old"));
    LocalDate yesterday = LocalDate.now(ZoneOffset.UTC).minusDays(1);
    new UserRegister(file, 4096).add(UserName.of("alice"), "old", "two", yesterday);
    PasswordSource old =
        new PasswordChecker(
            new WatchedUserFile(file, table -> {}), Runnable::run, (u, c) -> {}, Clock.systemUTC());
    assertThat(check("alice", "two", old, second).credential()).isEqualTo("second");
    assertThat(check("alice", "two", old)).isEqualTo(CheckResult.expired("old"));
  }
}
