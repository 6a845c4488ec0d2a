/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code posthouse dkim}: works on the files themselves, whether or not a server runs. */
@Command(
    name = "dkim",
    description =
        "Make, check, replace and list the keys that sign mail. A server that runs takes a change of"
            + " conf/dkim.xml over within seconds.",
    mixinStandardHelpOptions = true,
    subcommands = {
      DkimNewCommand.class,
      DkimCheckCommand.class,
      DkimRotateCommand.class,
      DkimListCommand.class
    })
public final class DkimCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return ExitCodes.USAGE;
  }
}
