/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code posthouse identity}: what is known of those who send, whichever source knows them. */
@Command(
    name = "identity",
    description = "Tell who is blocked, and what outsiders see of those who send.",
    mixinStandardHelpOptions = true,
    subcommands = {BlocksCommand.class, UnblockCommand.class, PseudonymCommand.class})
public final class IdentityCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return ExitCodes.USAGE;
  }
}
