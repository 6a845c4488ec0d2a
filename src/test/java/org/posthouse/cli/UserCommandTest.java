/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.posthouse.identity.PasswordChecker;
import org.posthouse.identity.UserFile;
import org.posthouse.identity.WatchedUserFile;
import picocli.CommandLine;

@ConsoleOutput
class UserCommandTest {
  @TempDir Path home;
  private final InputStream stdin = System.in;
  private StringWriter out;
  private StringWriter err;

  @BeforeEach
  void setUp() throws Exception {
    Files.createDirectory(home.resolve("conf"));
  }

  @AfterEach
  void tearDown() {
    System.setIn(stdin);
  }

  private int run(String... words) {
    out = new StringWriter();
    err = new StringWriter();
    CommandLine command = new CommandLine(new UserCommand());
    command.getCommandSpec().exitCodeOnInvalidInput(64);
    command.getSubcommands().values().forEach(c -> c.getCommandSpec().exitCodeOnInvalidInput(64));
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--home", home.toString()));
    return command
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(all.toArray(new String[0]));
  }

  private int runWithPassword(String password, String... words) {
    System.setIn(new ByteArrayInputStream((password + "\n").getBytes(UTF_8)));
    List<String> all = new ArrayList<>(List.of(words));
    all.add("--password-stdin");
    return run(all.toArray(new String[0]));
  }

  private boolean accepts(String user, String password) {
    WatchedUserFile users = new WatchedUserFile(file(), table -> {});
    return new PasswordChecker(users, Runnable::run)
        .check(user, password)
        .toCompletableFuture()
        .join()
        .isAccepted();
  }

  private UserFile file() {
    return new UserFile(home.resolve("conf/users"));
  }

  @Test
  void addShouldLetTheUserIn() {
    assertThat(runWithPassword("a-pencil", "add", "Alice@example.org")).isZero();

    assertThat(accepts("alice@example.org", "a-pencil")).isTrue();
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void addShouldPrintAGeneratedPasswordOnce() {
    assertThat(run("add", "alice", "--credential", "printer", "--generate")).isZero();

    String password = out.toString().strip();
    assertThat(password).hasSize(24);
    assertThat(accepts("alice", password)).isTrue();
  }

  @Test
  void passwdShouldReplaceThePassword() {
    runWithPassword("one-secret", "add", "alice");
    assertThat(runWithPassword("two-secret", "passwd", "alice")).isZero();

    assertThat(accepts("alice", "one-secret")).isFalse();
    assertThat(accepts("alice", "two-secret")).isTrue();
  }

  @Test
  void removeShouldTakeTheUserAway() {
    runWithPassword("one-secret", "add", "alice");
    runWithPassword("two-secret", "add", "alice", "--credential", "laptop");

    assertThat(run("remove", "alice", "--credential", "laptop")).isZero();
    assertThat(accepts("alice", "two-secret")).isFalse();
    assertThat(run("remove", "alice")).isZero();
    assertThat(accepts("alice", "one-secret")).isFalse();
  }

  @Test
  void listShouldShowUsersAndCredentials() {
    runWithPassword("one-secret", "add", "alice");
    runWithPassword("two-secret", "add", "alice", "--credential", "laptop");

    assertThat(run("list")).isZero();
    assertThat(out.toString().lines()).containsExactly("alice default,laptop");
    assertThat(run("list", "--json")).isZero();
    assertThat(out.toString().strip())
        .isEqualTo(
            "[{\"name\":\"alice\",\"credentials\":["
                + "{\"name\":\"default\",\"mechanism\":\"SCRAM-SHA-256\",\"iterations\":65536,"
                + "\"expires\":null,\"expired\":false,\"lastUse\":null},"
                + "{\"name\":\"laptop\",\"mechanism\":\"SCRAM-SHA-256\",\"iterations\":65536,"
                + "\"expires\":null,\"expired\":false,\"lastUse\":null}]}]");
  }

  @Test
  void listShouldShowExpiryAndLastUse() throws Exception {
    runWithPassword("one-secret", "add", "alice");
    runWithPassword(
        "two-secret", "add", "alice", "--credential", "laptop", "--expires", "2999-01-31");
    Files.createDirectories(home.resolve("var"));
    Files.writeString(
        home.resolve("var/last-uses"), "alice laptop 2026-11-29T05:52:00Z\nbroken\na b c\n");

    assertThat(run("list")).isZero();
    assertThat(out.toString().lines())
        .containsExactly("alice default,laptop(expires=2999-01-31;used=2026-11-29T05:52:00Z)");
    assertThat(run("list", "--json")).isZero();
    assertThat(out.toString())
        .contains(
            "\"expires\":\"2999-01-31\",\"expired\":false,"
                + "\"lastUse\":\"2026-11-29T05:52:00Z\"");
    assertThat(Files.readString(home.resolve("conf/users"))).startsWith("posthouse-users 2\n");
  }

  @Test
  void newPasswordShouldKeepTheExpiryUnlessOneIsGiven() throws Exception {
    runWithPassword("one-secret", "add", "alice", "--expires", "90d");
    String day = java.time.LocalDate.now(java.time.ZoneOffset.UTC).plusDays(90).toString();
    runWithPassword("two-secret", "passwd", "alice");
    assertThat(Files.readString(home.resolve("conf/users"))).contains("expires=" + day);
    runWithPassword("three-secret", "passwd", "alice", "--expires", "never");
    assertThat(Files.readString(home.resolve("conf/users"))).doesNotContain("expires=");
  }

  @Test
  void listShouldNameMalformedLines() throws Exception {
    Files.writeString(home.resolve("conf/users"), "posthouse-users 1\nbroken\n");

    assertThat(run("list")).isZero();
    assertThat(err.toString()).contains("line 2: expected three words");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "add                               | 64 | NAME",
        "add bob                           | 64 | --password-stdin or --generate",
        "add bob secret                    | 64 | secret",
        "add b:ob --generate               | 64 | user name",
        "add bob --credential / --generate | 64 | credential name",
        "add alice --generate              | 64 | already",
        "passwd bob --generate             | 64 | no user bob",
        "passwd alice --credential x --generate | 64 | no credential x",
        "remove bob                        | 64 | no user bob",
        "add bob --generate --expires soon | 64 | --expires is a day such as 2027-01-31",
        "add bob --generate --expires 2020-01-01 | 64 | --expires 2020-01-01 is over already",
        "frobnicate                        | 64 | frobnicate",
        "add bob --generate --password-stdin | 64 | exclude each other"
      })
  void mistakeShouldBeSaidOnStderr(String words, int exitCode, String message) {
    runWithPassword("one-secret", "add", "alice");

    assertThat(run(words.split(" +", -1))).isEqualTo(exitCode);
    assertThat(err.toString()).contains(message);
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void shortPasswordShouldBeRefused() {
    assertThat(runWithPassword("seven-7", "add", "alice")).isEqualTo(64);
    assertThat(err.toString()).contains("a password has at least 8 characters, not 7");
    assertThat(runWithPassword("eight-88", "add", "alice")).isZero();
  }

  @Test
  void missingDirectoryShouldBe73() throws Exception {
    Files.delete(home.resolve("conf"));

    assertThat(run("add", "alice", "--generate")).isEqualTo(73);
    assertThat(err.toString()).contains("no directory");
  }

  @Test
  void newerVersionShouldBe78() throws Exception {
    Files.writeString(home.resolve("conf/users"), "posthouse-users 3\n");

    assertThat(run("add", "alice", "--generate")).isEqualTo(78);
    assertThat(run("list")).isEqualTo(78);
  }
}
