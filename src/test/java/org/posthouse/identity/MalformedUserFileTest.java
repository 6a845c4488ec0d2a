/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A bad line between two good ones: it is named, and the good ones work. */
class MalformedUserFileTest {
  private static final String KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
  private static final String GOOD =
      "SCRAM-SHA-256$4096:AAAAAAAAAAAAAAAAAAAAAA==$" + KEY + ":" + KEY;

  @TempDir Path home;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          bob                          | expected three words
          bob default                  | expected three words
          bob default GOOD more        | the fourth word is not expires=DAY
          bob default GOOD expires=x   | the day after expires= is none
          bob default GOOD expires=2027-01-31      | needs the header "posthouse-users 2"
          bob default GOOD expires=2027-01-31 more | expected three words
          bob default secret           | expected SCRAM-SHA-256
          bob default SCRAM-SHA-256$1:AAAAAAAAAAA=$KEY:KEY | iterations must be between
          bob default SCRAM-SHA-256$4096:AAAA$KEY:KEY      | the salt has 3 octets
          bob a/b GOOD                 | credential name
          bob@ default GOOD            | no valid domain
          b:ob default GOOD            | user name may hold
          b\u00FFb default GOOD        | is not UTF-8
          alice default GOOD           | comes twice
          ALICE default GOOD           | comes twice
          """)
  void badLineShouldBeNamedAndHarmNobodyElse(String line, String problem) throws Exception {
    String bad = line.replace("GOOD", GOOD).replace("KEY", KEY);
    String text =
        "posthouse-users 1\nalice default " + GOOD + "\n" + bad + "\ncarol default " + GOOD;
    Path path = Files.write(home.resolve("users"), text.getBytes(ISO_8859_1));
    Files.setPosixFilePermissions(
        path, java.util.Set.of(java.nio.file.attribute.PosixFilePermission.OWNER_READ));

    UserTable table = new UserFile(path).read();

    assertThat(table.users()).extracting(u -> u.name().value()).containsExactly("alice", "carol");
    assertThat(table.problems()).hasSize(1);
    assertThat(table.problems().get(0).toString())
        .startsWith("line 3: ")
        .contains(problem)
        .doesNotContain(KEY);
  }

  @ParameterizedTest
  @CsvSource({"'',1", "'# mine\n',1", "'\r\n',1"})
  void missingHeaderShouldBeNamed(String before, int line) throws Exception {
    Path path = Files.writeString(home.resolve("users"), before + "alice default " + GOOD + "\n");
    Files.setPosixFilePermissions(
        path, java.util.Set.of(java.nio.file.attribute.PosixFilePermission.OWNER_READ));

    UserTable table = new UserFile(path).read();

    assertThat(table.users()).hasSize(1);
    assertThat(table.problems()).hasSize(1);
    assertThat(table.problems().get(0).line()).isEqualTo(line);
  }
}
