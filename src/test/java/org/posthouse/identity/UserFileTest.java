/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UserFileTest {
  private static final UserName ALICE = UserName.of("alice@example.org");
  private static final UserName BOB = UserName.of("bob");

  @TempDir Path home;
  private Path path;
  private UserFile file;
  private UserRegister register;

  @BeforeEach
  void setUp() {
    path = home.resolve("users");
    file = new UserFile(path);
    register = new UserRegister(file, 4096);
  }

  @Test
  void readShouldFindNobodyWhenThereIsNoFile() throws Exception {
    assertThat(file.read().users()).isEmpty();
    assertThat(file.read().problems()).isEmpty();
  }

  @Test
  void readShouldFindWhatWasAdded() throws Exception {
    register.add(ALICE, "default", "one");
    register.add(BOB, "default", "two");
    register.add(ALICE, "laptop", "three");

    UserTable table = file.read();

    assertThat(table.problems()).isEmpty();
    assertThat(table.users()).extracting(UserRecord::name).containsExactly(ALICE, BOB);
    assertThat(table.user(ALICE).orElseThrow().credentials())
        .extracting(Credential::name)
        .containsExactly("default", "laptop");
  }

  @Test
  void fileShouldBeALineACredentialForItsOwnerOnly() throws Exception {
    register.add(ALICE, "default", "one");

    assertThat(Files.readAllLines(path).get(0)).isEqualTo("posthouse-users 1");
    assertThat(Files.readAllLines(path))
        .filteredOn(l -> l.startsWith("alice@example.org default SCRAM-SHA-256$4096:"))
        .hasSize(1);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
        .isEqualTo("rw-------");
  }

  @Test
  void credentialsOfAUserShouldShareTheirSalt() throws Exception {
    register.add(ALICE, "default", "one");
    new UserRegister(file, 8192).add(ALICE, "laptop", "two");

    List<Credential> both = file.read().user(ALICE).orElseThrow().credentials();

    assertThat(both.get(0).verifier().sharesSaltWith(both.get(1).verifier())).isTrue();
  }

  @Test
  void onlyCredentialShouldGetAFreshSaltWithItsPassword() throws Exception {
    register.add(ALICE, "default", "one");
    ScramVerifier before = file.read().user(ALICE).orElseThrow().credentials().get(0).verifier();

    register.setPassword(ALICE, Optional.empty(), "two");

    ScramVerifier after = file.read().user(ALICE).orElseThrow().credentials().get(0).verifier();
    assertThat(after.sharesSaltWith(before)).isFalse();
  }

  @Test
  void changesShouldKeepCommentsAndForeignLines() throws Exception {
    byte[] before =
        "posthouse-users 1\n# of accounting \u00E4\nbob \u00FF\u00FE x\n\n".getBytes(ISO_8859_1);
    Files.write(path, before);

    register.add(ALICE, "default", "one");
    register.remove(ALICE, Optional.empty());

    assertThat(Files.readAllBytes(path)).isEqualTo(before);
  }

  @Test
  void removeShouldTakeOneCredentialOrTheUser() throws Exception {
    register.add(ALICE, "default", "one");
    register.add(ALICE, "laptop", "two");

    register.remove(ALICE, Optional.of("default"));
    assertThat(file.read().user(ALICE).orElseThrow().credentials()).hasSize(1);
    register.remove(ALICE, Optional.of("laptop"));
    assertThat(file.read().user(ALICE)).isEmpty();
  }

  @Test
  void removeShouldTakeMalformedLinesOfTheUserToo() throws Exception {
    Files.writeString(path, "posthouse-users 1\nalice@example.org default broken\n");

    register.remove(ALICE, Optional.empty());

    assertThat(Files.readString(path)).isEqualTo("posthouse-users 1\n");
  }

  @Test
  void changesShouldRefuseWhatDoesNotFit() throws Exception {
    register.add(ALICE, "default", "one");
    register.add(ALICE, "laptop", "two");

    assertThatThrownBy(() -> register.add(ALICE, "default", "three"))
        .isInstanceOf(UserChangeException.class)
        .hasMessageContaining("already");
    assertThatThrownBy(() -> register.addUser(ALICE, "three"))
        .isInstanceOf(UserChangeException.class);
    assertThatThrownBy(() -> register.setPassword(ALICE, Optional.empty(), "three"))
        .hasMessageContaining("[default, laptop]");
    assertThatThrownBy(() -> register.setPassword(BOB, Optional.empty(), "three"))
        .hasMessage("no user bob");
    assertThatThrownBy(() -> register.remove(BOB, Optional.empty())).hasMessage("no user bob");
    assertThatThrownBy(() -> register.add(BOB, "default", "")).hasMessage("the password is empty");
    assertThatThrownBy(() -> register.add(BOB, "default", "a\u0007"))
        .hasMessageContaining("U+0007");
  }

  @Test
  void readShouldWarnOfAFileThatEverybodyCanRead() throws Exception {
    register.add(ALICE, "default", "one");
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r--r--"));

    UserTable table = file.read();

    assertThat(table.users()).hasSize(1);
    assertThat(table.problems()).hasSize(1);
    assertThat(table.problems().get(0).message()).contains("chmod 600");
  }

  @Test
  void changeShouldOvercomeWhatACrashInTheMiddleOfAWriteLeft() throws Exception {
    register.add(ALICE, "default", "one");
    Files.write(home.resolve(".users.new"), "posthouse-users 1\nbo".getBytes(UTF_8));

    assertThat(file.read().users()).extracting(UserRecord::name).containsExactly(ALICE);
    register.add(BOB, "default", "two");

    assertThat(file.read().users()).extracting(UserRecord::name).containsExactly(ALICE, BOB);
    assertThat(home.resolve(".users.new")).doesNotExist();
  }

  @Test
  void changeShouldKeepASymbolicLink() throws Exception {
    Path elsewhere = Files.createDirectory(home.resolve("elsewhere")).resolve("accounts");
    Files.writeString(elsewhere, "posthouse-users 1\n");
    Files.createSymbolicLink(path, elsewhere);

    register.add(ALICE, "default", "one");

    assertThat(path).isSymbolicLink();
    assertThat(Files.readString(elsewhere)).contains("alice@example.org");
  }

  @Test
  void newerVersionShouldNeitherBeReadNorWritten() throws Exception {
    String newer = "posthouse-users 3\nalice@example.org whatever\n";
    Files.writeString(path, newer);

    assertThatThrownBy(() -> file.read()).isInstanceOf(UnsupportedVersionException.class);
    assertThatThrownBy(() -> register.add(BOB, "default", "two"))
        .isInstanceOf(UnsupportedVersionException.class);
    assertThat(Files.readString(path)).isEqualTo(newer);
  }
}
