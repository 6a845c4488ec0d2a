/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.posthouse.identity.UnsupportedVersionException;
import org.posthouse.identity.UserChangeException;
import org.posthouse.identity.UserFile;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code posthouse user}: works on the file itself, whether or not a server runs. */
@Command(
    name = "user",
    description = "Add, change, remove and list those who may send.",
    mixinStandardHelpOptions = true,
    subcommands = {
      UserAddCommand.class,
      UserPasswdCommand.class,
      UserRemoveCommand.class,
      UserListCommand.class
    })
public final class UserCommand implements Callable<Integer> {
  static final int OK = 0;
  static final int USAGE = 64;
  static final int CANNOT_CREATE = 73;
  static final int BAD_CONFIGURATION = 78;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return USAGE;
  }

  /** A change of the file of users. */
  @FunctionalInterface
  interface Change {
    void run() throws IOException;
  }

  /** Runs a change and turns what prevents it into a message and an exit code (sysexits). */
  static int change(CommandLine command, UserFile file, Change change) {
    if (!Files.isDirectory(file.path().resolveSibling("."))) {
      return fail(command, CANNOT_CREATE, "no directory " + file.path().getParent());
    }
    try {
      change.run();
      return OK;
    } catch (UserChangeException | IllegalArgumentException e) {
      return fail(command, USAGE, e.getMessage());
    } catch (UnsupportedVersionException e) {
      return fail(command, BAD_CONFIGURATION, file.path() + ": " + e.getMessage());
    } catch (AccessDeniedException e) {
      return denied(command, e);
    } catch (IOException e) {
      return fail(command, CANNOT_CREATE, file.path() + ": " + e);
    }
  }

  static int denied(CommandLine command, AccessDeniedException e) {
    return fail(
        command,
        ExitCodes.NO_PERMISSION,
        "permission denied for user '" + System.getProperty("user.name") + "': " + e.getFile());
  }

  static int fail(CommandLine command, int exitCode, @Nullable String message) {
    command.getErr().println("posthouse: " + message);
    command.getErr().flush();
    return exitCode;
  }
}
