/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.upkeep;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.posthouse.cli.CommandFailure;
import org.posthouse.cli.ControlClient;
import org.posthouse.cli.ExitCodes;
import org.posthouse.config.Home;

/** The server of a home, asked to copy the store that it has open. */
record RunningServer(Home home) {
  /** A copy over file systems takes as long as the disks need. */
  private static final Duration PATIENCE = Duration.ofHours(6);

  /**
   * Has the server write a checkpoint.
   *
   * @param target a directory that does not exist yet
   * @return false when no server answers
   * @throws CommandFailure when the server cannot write it
   */
  boolean backup(Path target) {
    String word =
        URLEncoder.encode(target.toAbsolutePath().normalize().toString(), StandardCharsets.UTF_8);
    try {
      new ControlClient(home).ask(PATIENCE, "backup", word);
      return true;
    } catch (CommandFailure e) {
      if (e.exitCode() == ExitCodes.UNAVAILABLE) {
        return false;
      }
      throw e;
    }
  }
}
