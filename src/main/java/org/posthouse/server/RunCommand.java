/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.posthouse.cli.CommandFailure;
import org.posthouse.cli.ExitCodes;
import org.posthouse.cli.HomeOption;
import org.posthouse.config.FileFailure;
import org.posthouse.config.Home;
import org.posthouse.config.Owner;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code posthouse run}: the server in the foreground, until it is told to stop. */
@Command(
    name = "run",
    description = "Runs the server in the foreground.",
    mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
  @Mixin private HomeOption option = new HomeOption();

  @Option(
      names = "--deliver-only",
      description = "Takes no mail: only delivers what is in the queues, as after a drain.")
  private boolean deliverOnly;

  @Override
  public Integer call() throws InterruptedException {
    Home home = option.home();
    requireHome(home);
    if (!home.hasShortPath()) {
      throw new CommandFailure(
          ExitCodes.CANNOT_CREATE,
          home.controlSocket() + " is too long for a socket: choose a home with a shorter path");
    }
    if (!Files.exists(home.var()) && Files.isWritable(home.root())) {
      requireOwner(home.root());
    }
    create(home.var());
    create(home.logs());
    requireOwner(home.var());
    requireOwner(home.logs());
    prepare(home);
    return new Relay(home, deliverOnly).run();
  }

  /** Before anything of a server is loaded. */
  static void prepare(Home home) {
    // Its hook would end all look-ups at SIGTERM, while deliveries still go on.
    System.setProperty("dnsjava.nio.register_shutdown_hook", "false");
    // Stock looks up the name of each client for its log, on a thread that greets: a name server
    // that is slow or gone would keep everybody waiting.
    System.setProperty("james.protocols.mdc.hostname", "false");
    Logging.forServer(home);
  }

  /** Ends the command where there is no configuration. */
  static void requireHome(Home home) {
    if (!Files.isDirectory(home.conf())) {
      throw new CommandFailure(
          ExitCodes.BAD_CONFIGURATION, home.conf() + " is not a directory: is this a home?");
    }
  }

  private static void requireOwner(Path directory) {
    Owner.refusal(directory)
        .ifPresent(
            text -> {
              throw new CommandFailure(ExitCodes.NO_PERMISSION, text);
            });
  }

  private static void create(Path directory) {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCodes.CANNOT_CREATE, "cannot create " + directory + ": " + FileFailure.text(e), e);
    }
  }
}
