/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import java.util.List;
import org.posthouse.cli.CommandFailure;
import org.posthouse.cli.ConsoleOutput;
import org.posthouse.cli.DkimCommand;
import org.posthouse.cli.ExitCodes;
import org.posthouse.cli.IdentityCommand;
import org.posthouse.cli.StatusCommand;
import org.posthouse.cli.StopCommand;
import org.posthouse.cli.UserCommand;
import org.posthouse.trial.SinkCommand;
import org.posthouse.trial.TryCommand;
import org.posthouse.upkeep.QueueCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParseResult;

/** Entry point: one command per use, each with its own class. */
@ConsoleOutput
@Command(
    name = "posthouse",
    description = "A mail relay on Apache James.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.VersionText.class,
    synopsisSubcommandLabel = "COMMAND")
public final class Main {
  /** Every command of the program. */
  private static List<Object> commands() {
    return List.of(
        new RunCommand(),
        new CheckCommand(),
        new StatusCommand(),
        new StopCommand(),
        new UserCommand(),
        new IdentityCommand(),
        new DkimCommand(),
        new QueueCommand(),
        new TryCommand(),
        new SinkCommand());
  }

  private Main() {}

  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    CommandLine root = new CommandLine(new Main());
    commands().forEach(root::addSubcommand);
    root.setExecutionExceptionHandler(Main::report);
    useExitCodes(root);
    // Where no command is given there is nothing to run: say how, and fail as for a wrong option.
    root.setExecutionStrategy(
        parsed -> {
          if (!parsed.hasSubcommand() && !parsed.isUsageHelpRequested() && !isVersion(parsed)) {
            root.usage(System.err);
            return ExitCodes.USAGE;
          }
          Logging.forCommand();
          return new CommandLine.RunLast().execute(parsed);
        });
    return root;
  }

  private static boolean isVersion(ParseResult parsed) {
    return parsed.isVersionHelpRequested();
  }

  private static void useExitCodes(CommandLine command) {
    command
        .getCommandSpec()
        .exitCodeOnInvalidInput(ExitCodes.USAGE)
        .exitCodeOnExecutionException(ExitCodes.INTERNAL_ERROR);
    command.getSubcommands().values().forEach(Main::useExitCodes);
  }

  private static int report(Exception failure, CommandLine command, ParseResult parsed) {
    if (failure instanceof CommandFailure known) {
      System.err.println("posthouse: " + known.getMessage());
      return known.exitCode();
    }
    failure.printStackTrace(System.err);
    return ExitCodes.INTERNAL_ERROR;
  }

  /** What {@code --version} prints. */
  static final class VersionText implements IVersionProvider {
    @Override
    public String[] getVersion() {
      Version version = Version.load();
      return new String[] {
        "Posthouse " + version.posthouse() + " (Apache James " + version.james() + ")"
      };
    }
  }
}
