/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemporaryFilesTest {
  @TempDir Path given;

  @Test
  void allTemporaryFilesShouldBeWhereTheyAreRemoved() throws Exception {
    assumeTrue(TemporaryFiles.areRemoved(), "run by mvn");
    Path own = Path.of(System.getProperty("java.io.tmpdir"));
    Path byNio = Files.createTempFile("t", ".tmp");
    File byIo = File.createTempFile("ttt", ".tmp");
    assertThat(given).hasParent(own);
    assertThat(byNio).hasParent(own);
    assertThat(byIo.toPath()).hasParent(own);
  }
}
