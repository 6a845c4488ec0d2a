/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PseudonymsTest {
  @TempDir Path home;

  @Test
  void aPseudonymShouldOutliveARestartAndNotDependOnCase() throws Exception {
    String first = Pseudonyms.open(home.resolve("var")).of("Alice@example.org");

    assertThat(first).matches("[0-9a-f]{32}");
    assertThat(Pseudonyms.open(home.resolve("var")).of("alice@example.org")).isEqualTo(first);
    assertThat(Pseudonyms.given(home.resolve("var")).orElseThrow().of("bob@example.org"))
        .isNotEqualTo(first);
  }

  @Test
  void anotherServerShouldGiveOthers() throws Exception {
    assertThat(Pseudonyms.open(home.resolve("a")).of("alice"))
        .isNotEqualTo(Pseudonyms.open(home.resolve("b")).of("alice"));
  }

  @Test
  void onlyTheServersUserShouldReadTheKey() throws Exception {
    Pseudonyms unused = Pseudonyms.open(home);

    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(home.resolve(KeptKey.PSEUDONYMS))))
        .isEqualTo("rw-------");
  }

  @Test
  void aReaderShouldNeverMakeAKey() throws Exception {
    assertThat(Pseudonyms.given(home)).isEmpty();
    assertThat(home.resolve(KeptKey.PSEUDONYMS)).doesNotExist();
  }

  @Test
  void aTornKeyShouldBeMadeAnew() throws Exception {
    Files.write(home.resolve(KeptKey.PSEUDONYMS), new byte[7]);

    assertThat(Pseudonyms.given(home)).isEmpty();
    assertThat(KeptKey.in(home, KeptKey.PSEUDONYMS)).hasSize(32);
    assertThat(Pseudonyms.given(home)).isPresent();
  }
}
