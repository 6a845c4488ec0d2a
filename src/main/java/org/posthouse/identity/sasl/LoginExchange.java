/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.sasl;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.posthouse.identity.CheckResult;

/**
 * LOGIN: name, then password. The server begins, but .NET and old Outlook send the name with the
 * command, so that is taken too.
 */
final class LoginExchange implements SaslExchange {
  private static final Step USER = new Step.Challenge("Username:");
  private static final Step PASSWORD = new Step.Challenge("Password:");

  private @Nullable String login;

  @Override
  public Step begin(Optional<String> initial) {
    return initial.isPresent() ? next(initial.get()) : USER;
  }

  @Override
  public Step next(String response) {
    if (login != null) {
      return new Step.Check(new Step.PasswordQuestion(login, response));
    }
    if (response.isEmpty()) {
      return Step.Failure.MALFORMED;
    }
    login = response;
    return PASSWORD;
  }

  @Override
  public Step checked(CheckResult result) {
    return Ends.of(result);
  }

  @Override
  public Optional<String> login() {
    return Optional.ofNullable(login);
  }
}
