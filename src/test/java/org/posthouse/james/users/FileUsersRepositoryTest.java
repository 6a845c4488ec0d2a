/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.users;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.james.core.MailAddress;
import org.apache.james.core.Username;
import org.apache.james.user.api.AlreadyExistInUsersRepositoryException;
import org.apache.james.user.api.InvalidUsernameException;
import org.apache.james.user.api.UsersRepositoryException;
import org.apache.james.user.api.model.User;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.posthouse.identity.PasswordChecker;
import org.posthouse.identity.UserFile;
import org.posthouse.identity.UserRegister;
import org.posthouse.identity.VerificationPool;
import org.posthouse.identity.WatchedUserFile;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class FileUsersRepositoryTest {
  private static final Username ALICE = Username.of("alice@example.org");
  private static final Username BOB = Username.of("bob");

  @TempDir Path home;
  private final VerificationPool pool = new VerificationPool(1, 8);
  private Path path;
  private FileUsersRepository users;

  @BeforeEach
  void setUp() throws Exception {
    path = home.resolve("users");
    UserFile file = new UserFile(path);
    WatchedUserFile watched = new WatchedUserFile(file, table -> {});
    users =
        new FileUsersRepository(
            watched, new UserRegister(file, 4096), new PasswordChecker(watched, pool));
    users.addUser(ALICE, "one");
    users.addUser(BOB, "two");
  }

  @AfterEach
  void tearDown() {
    pool.close();
  }

  @Test
  void usersShouldBeFoundAtOnceAndInAnyCase() throws Exception {
    assertThat(users.contains(Username.of("ALICE@Example.ORG"))).isTrue();
    assertThat(Mono.from(users.containsReactive(BOB)).block()).isTrue();
    assertThat(users.contains(Username.of("alice"))).isFalse();
    assertThat(users.getUserByName(BOB).getUserName()).isEqualTo(BOB);
    assertThat(users.getUserByName(Username.of("nobody"))).isNull();
    assertThat(users.countUsers()).isEqualTo(2);
    assertThat(ImmutableList.copyOf(users.list())).containsExactly(ALICE, BOB);
    assertThat(Flux.from(users.listReactive()).collectList().block()).containsExactly(ALICE, BOB);
  }

  @Test
  void testShouldTellTheRightPassword() throws Exception {
    assertThat(users.test(ALICE, "one")).isTrue();
    assertThat(users.test(ALICE, "two")).isFalse();
    assertThat(users.test(Username.of("nobody"), "one")).isFalse();
    assertThat(users.getUserByName(ALICE).verifyPassword("one")).isTrue();
  }

  @Test
  void testShouldThrowWhenNothingCanBeChecked() throws Exception {
    Files.delete(path);
    Files.createDirectory(path);

    assertThatThrownBy(() -> awaitFailure()).isInstanceOf(UsersRepositoryException.class);
  }

  private void awaitFailure() throws UsersRepositoryException {
    long end = System.nanoTime() + 5_000_000_000L;
    while (System.nanoTime() < end) {
      users.test(ALICE, "one");
    }
  }

  @Test
  void addedTwiceShouldBeRefused() {
    assertThatThrownBy(() -> users.addUser(Username.of("BOB"), "x"))
        .isInstanceOf(AlreadyExistInUsersRepositoryException.class);
    assertThatThrownBy(() -> users.addUser(Username.of("b:ob"), "x"))
        .isInstanceOf(InvalidUsernameException.class);
    assertThatThrownBy(() -> users.addUser(Username.of("carol"), ""))
        .isInstanceOf(UsersRepositoryException.class);
  }

  @Test
  void updateShouldReplaceThePassword() throws Exception {
    User bob = users.getUserByName(BOB);
    bob.setPassword("three");
    users.updateUser(bob);

    assertThat(users.test(BOB, "two")).isFalse();
    assertThat(users.test(BOB, "three")).isTrue();
  }

  @Test
  void removedUserShouldBeGone() throws Exception {
    User bob = users.getUserByName(BOB);
    bob.setPassword("three");
    users.test(BOB, "two");
    users.removeUser(BOB);

    assertThat(users.test(BOB, "two")).isFalse();
    assertThatThrownBy(() -> users.removeUser(BOB)).isInstanceOf(UsersRepositoryException.class);
    assertThatThrownBy(() -> users.updateUser(bob)).isInstanceOf(UsersRepositoryException.class);
  }

  /** verifyIdentity compares this with the name that the session logged in with. */
  @Test
  void addressShouldBelongToItsNamesakeFirstAndElseToTheLocalPart() throws Exception {
    assertThat(users.getUsername(new MailAddress("alice@example.org"))).isEqualTo(ALICE);
    assertThat(users.getUsername(new MailAddress("bob@example.org"))).isEqualTo(BOB);
    assertThat(users.getUsername(new MailAddress("carol@example.org")))
        .isEqualTo(Username.of("carol@example.org"));
    users.addUser(Username.of("bob@example.org"), "x");
    assertThat(users.getUsername(new MailAddress("bob@example.org")))
        .isEqualTo(Username.of("bob@example.org"));
  }

  @Test
  void namesWithAndWithoutDomainShouldBeValid() throws Exception {
    users.assertValid(ALICE);
    users.assertValid(BOB);
    assertThat(users.supportVirtualHosting()).isTrue();
    assertThat(users.isAdministrator(ALICE)).isFalse();
    assertThat(users.isReadOnly()).isFalse();
  }
}
