/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.cli;

import java.time.LocalDate;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.posthouse.identity.Credential;
import org.posthouse.identity.UserFile;
import org.posthouse.identity.UserName;
import org.posthouse.identity.UserRegister;
import org.posthouse.identity.UserRegister.Expiry;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code posthouse user passwd}. */
@Command(
    name = "passwd",
    description = "Set a new password for a credential.",
    mixinStandardHelpOptions = true)
final class UserPasswdCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private UserFileOption users = new UserFileOption();
  @Mixin private PasswordOptions passwords = new PasswordOptions();
  @Mixin private ExpiryOption expiry = new ExpiryOption();

  @Parameters(paramLabel = "NAME", description = "alice or alice@example.org")
  private String name = "";

  @Option(
      names = "--credential",
      paramLabel = "NAME",
      description = "Name of the credential; needed when the user has several.")
  private @Nullable String credential;

  @Override
  public Integer call() {
    UserFile file = users.file();
    return UserCommand.change(
        spec.commandLine(),
        file,
        () -> {
          UserName user = UserName.of(name);
          @Nullable LocalDate day = expiry.day();
          Expiry expires = expiry.isGiven() ? old -> day : Credential::expires;
          String password = passwords.read();
          new UserRegister(file)
              .setPassword(user, Optional.ofNullable(credential), password, expires);
          passwords.show(spec.commandLine(), password);
        });
  }
}
