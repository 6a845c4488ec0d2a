/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.cli;

import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.posthouse.identity.UserFile;
import org.posthouse.identity.UserName;
import org.posthouse.identity.UserRegister;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code posthouse user remove}. */
@Command(
    name = "remove",
    description = "Remove a user, or one of its credentials.",
    mixinStandardHelpOptions = true)
final class UserRemoveCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private UserFileOption users = new UserFileOption();

  @Parameters(paramLabel = "NAME", description = "alice or alice@example.org")
  private String name = "";

  @Option(
      names = "--credential",
      paramLabel = "NAME",
      description = "Remove this credential only; with the last one the user goes.")
  private @Nullable String credential;

  @Override
  public Integer call() {
    UserFile file = users.file();
    return UserCommand.change(
        spec.commandLine(),
        file,
        () -> new UserRegister(file).remove(UserName.of(name), Optional.ofNullable(credential)));
  }
}
