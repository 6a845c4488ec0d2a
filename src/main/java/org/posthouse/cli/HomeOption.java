/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.posthouse.config.Home;
import picocli.CommandLine.Option;

/** The option every command takes: whose home. */
public final class HomeOption {
  @Option(
      names = "--home",
      paramLabel = "DIR",
      description =
          "The server's home, which holds conf/, var/ and logs/. Default: $POSTHOUSE_HOME; without"
              + " it bin/posthouse takes the directory it was unpacked in, and ./posthouse of a"
              + " clone the current directory.")
  private @Nullable Path directory;

  public Home home() {
    if (directory != null) {
      return new Home(directory);
    }
    String fromEnvironment = System.getenv("POSTHOUSE_HOME");
    return new Home(Path.of(fromEnvironment == null ? "" : fromEnvironment));
  }
}
