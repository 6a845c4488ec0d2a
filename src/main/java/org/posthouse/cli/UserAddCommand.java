/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.cli;

import java.time.LocalDate;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.posthouse.identity.Credential;
import org.posthouse.identity.UserFile;
import org.posthouse.identity.UserName;
import org.posthouse.identity.UserRegister;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code posthouse user add}. */
@Command(
    name = "add",
    description = "Add a user, or one more credential to a user.",
    mixinStandardHelpOptions = true)
final class UserAddCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private UserFileOption users = new UserFileOption();
  @Mixin private PasswordOptions passwords = new PasswordOptions();
  @Mixin private ExpiryOption expiry = new ExpiryOption();

  @Parameters(paramLabel = "NAME", description = "alice or alice@example.org")
  private String name = "";

  @Option(
      names = "--credential",
      paramLabel = "NAME",
      description = "Name of the credential, for one that can be revoked alone; ${DEFAULT-VALUE}.",
      defaultValue = Credential.DEFAULT_NAME)
  private String credential = Credential.DEFAULT_NAME;

  @Override
  public Integer call() {
    UserFile file = users.file();
    return UserCommand.change(
        spec.commandLine(),
        file,
        () -> {
          UserName user = UserName.of(name);
          Credential.checkName(credential);
          @Nullable LocalDate expires = expiry.day();
          String password = passwords.read();
          new UserRegister(file).add(user, credential, password, expires);
          passwords.show(spec.commandLine(), password);
        });
  }
}
