/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.cli;

import java.nio.file.Path;
import org.posthouse.identity.UserFile;
import picocli.CommandLine.Option;

/** Where the file of users is. */
final class UserFileOption {
  @Option(
      names = "--home",
      paramLabel = "DIR",
      description = "Directory of conf/ and var/; default: POSTHOUSE_HOME, else the current one.",
      defaultValue = "${env:POSTHOUSE_HOME:-.}")
  Path home = Path.of(".");

  UserFile file() {
    return new UserFile(home.resolve("conf").resolve("users"));
  }
}
