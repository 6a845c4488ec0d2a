/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.posthouse.identity.LastUses;
import org.posthouse.identity.UserFile;
import org.posthouse.identity.UserTable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code posthouse user list}: one user a line, its credentials behind it. */
@Command(
    name = "list",
    description =
        "List the users with their credentials: names, expiry, and last use as the server wrote it"
            + " within the last minute.",
    mixinStandardHelpOptions = true)
final class UserListCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private UserFileOption users = new UserFileOption();

  @Option(names = "--json", description = "As a JSON array.")
  private boolean json;

  @Override
  public Integer call() {
    UserFile file = users.file();
    Path directory = file.path().resolveSibling(".").normalize();
    if (Files.notExists(directory)) {
      return UserCommand.fail(
          spec.commandLine(), UserCommand.BAD_CONFIGURATION, "there is no directory " + directory);
    }
    UserTable table;
    try {
      table = file.read();
    } catch (AccessDeniedException e) {
      return UserCommand.denied(spec.commandLine(), e);
    } catch (IOException e) {
      return UserCommand.fail(
          spec.commandLine(), UserCommand.BAD_CONFIGURATION, file.path() + ": " + e);
    }
    PrintWriter err = spec.commandLine().getErr();
    table.problems().forEach(problem -> err.println("posthouse: " + file.path() + ": " + problem));
    err.flush();
    print(spec.commandLine().getOut(), table);
    return UserCommand.OK;
  }

  private void print(PrintWriter out, UserTable table) {
    UserLines lines =
        new UserLines(LastUses.in(users.home.home().var()), LocalDate.now(ZoneOffset.UTC));
    if (json) {
      out.println(
          table.users().stream().map(lines::json).collect(Collectors.joining(",", "[", "]")));
    } else {
      table.users().forEach(user -> out.println(lines.plain(user)));
    }
    out.flush();
  }
}
