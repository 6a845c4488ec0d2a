/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExposureTest {
  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({"rw-r--r--, true", "rw----r--, true", "rw-r-----, false", "rw-------, false"})
  void whatOthersCanReadShouldBeTold(String permissions, boolean open) throws Exception {
    Path secret = Files.writeString(directory.resolve("secret"), "x");
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString(permissions));
    assertThat(Exposure.of(secret).isPresent()).isEqualTo(open);
  }

  @Test
  void fileThatIsNotThereShouldNotBeTold() {
    assertThat(Exposure.of(Path.of("/nowhere/secret"))).isEmpty();
  }
}
