/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.BindException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.posthouse.config.Home;

class ControlClientTest {
  @TempDir private Path directory;
  private Home home = new Home(Path.of(""));
  private ControlClient client = new ControlClient(home);

  @BeforeEach
  void homeWithoutServer() {
    home = new Home(directory);
    client = new ControlClient(home);
  }

  @Test
  void homeWithoutServerShouldBeUnavailable() {
    assertThatThrownBy(() -> client.ask("status"))
        .hasMessageContaining("no server runs in " + directory)
        .extracting(failure -> ((CommandFailure) failure).exitCode())
        .isEqualTo(ExitCodes.UNAVAILABLE);
  }

  @Test
  void aServerThatDoesNotAnswerShouldNotBeWaitedForForEver() throws Exception {
    Files.createDirectory(home.var());
    try (ServerSocketChannel frozen = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      frozen.bind(UnixDomainSocketAddress.of(home.controlSocket()));
      assertThatThrownBy(() -> client.ask(Duration.ofMillis(200), "status"))
          .hasMessageContaining("does not answer within 200ms")
          .extracting(failure -> ((CommandFailure) failure).exitCode())
          .isEqualTo(ExitCodes.UNAVAILABLE);
    }
  }

  @Test
  void socketThatIsDeniedShouldNotBeTakenForAMissingServer() {
    CommandFailure failure =
        client.unavailable(home.controlSocket(), new AccessDeniedException("control.sock"));
    assertThat(failure.exitCode()).isEqualTo(ExitCodes.NO_PERMISSION);
    assertThat(failure).hasMessageContaining("you are not the user that runs it");
  }

  @Test
  void directoryThatMayNotBeEnteredShouldBeDenied() throws Exception {
    Path var = Files.createDirectory(home.var());
    Files.setPosixFilePermissions(var, PosixFilePermissions.fromString("---------"));
    try {
      Assumptions.assumeFalse(Files.isReadable(var), "root may enter every directory");
      // As the JDK tells of EACCES when it connects.
      CommandFailure failure =
          client.unavailable(home.controlSocket(), new BindException("Permission denied"));
      assertThat(failure.exitCode()).isEqualTo(ExitCodes.NO_PERMISSION);
    } finally {
      Files.setPosixFilePermissions(var, PosixFilePermissions.fromString("rwx------"));
    }
  }
}
