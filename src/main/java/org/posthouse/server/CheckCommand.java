/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.posthouse.cli.CommandFailure;
import org.posthouse.cli.ConsoleOutput;
import org.posthouse.cli.ExitCodes;
import org.posthouse.cli.HomeOption;
import org.posthouse.config.FileFailure;
import org.posthouse.config.Home;
import org.posthouse.spool.StoreFiles;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code posthouse check}: a start that opens nothing, and writes to a directory of its own. */
@ConsoleOutput
@Command(
    name = "check",
    description =
        "Says whether the server would start with conf/ as it is now: everything is read and every"
            + " mailet made, as at a start, beside a server that runs. No port is opened, no mail"
            + " touched. Ends with 0, or with what a start would end with: 78 where the"
            + " configuration cannot be used.",
    mixinStandardHelpOptions = true)
final class CheckCommand implements Callable<Integer> {
  @Mixin private HomeOption option = new HomeOption();

  @Override
  public Integer call() throws IOException {
    Path root = option.home().root();
    Home home = new Home(root, work());
    try {
      RunCommand.requireHome(home);
      requireWritable(option.home().var());
      requireWritable(option.home().logs());
      RunCommand.prepare(home);
      Logging.quiet();
      int result = new Relay(home, false).check();
      if (result == ExitCodes.OK) {
        System.out.println(home.conf() + " can be used");
      }
      return result;
    } finally {
      StoreFiles.deleteAll(home.work());
    }
  }

  /** A start makes it, where it is not there yet. */
  private static void requireWritable(Path directory) {
    Path there = directory;
    while (!Files.exists(there) && there.getParent() != null) {
      there = there.getParent();
    }
    if (!Files.isWritable(there)) {
      throw new CommandFailure(
          ExitCodes.CANNOT_CREATE,
          (there.equals(directory) ? "cannot write to " : "cannot create ") + directory);
    }
  }

  private static Path work() {
    try {
      return Files.createTempDirectory("posthouse-check");
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCodes.CANNOT_CREATE, "no directory to work in: " + FileFailure.text(e), e);
    }
  }
}
