/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.upkeep;

import java.util.concurrent.Callable;
import org.posthouse.cli.ExitCodes;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code posthouse queue}: the store of accepted mail, whether or not a server runs. */
@Command(
    name = "queue",
    description = "List, export, back up, restore and rescue the mail in the store.",
    mixinStandardHelpOptions = true,
    subcommands = {
      QueueListCommand.class,
      QueueExportCommand.class,
      QueueBackupCommand.class,
      QueueRestoreCommand.class,
      QueueRescueCommand.class
    })
public final class QueueCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return ExitCodes.USAGE;
  }
}
