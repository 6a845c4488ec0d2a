/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.sasl;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.posthouse.identity.CheckResult;
import org.posthouse.identity.LoginName;

/** PLAIN (RFC 4616): one response of authorization identity, name and password. */
final class PlainExchange implements SaslExchange {
  private @Nullable String login;

  @Override
  public Step begin(Optional<String> initial) {
    return initial.isPresent() ? next(initial.get()) : Step.Challenge.EMPTY;
  }

  @Override
  public Step next(String response) {
    String[] parts = response.split("\0", -1);
    if (parts.length != 3 || parts[1].isEmpty()) {
      return Step.Failure.MALFORMED;
    }
    login = parts[1];
    if (!parts[0].isEmpty() && !LoginName.areSame(parts[0], parts[1])) {
      return Step.Failure.NOT_AS_OTHER;
    }
    return new Step.Check(new Step.PasswordQuestion(parts[1], parts[2]));
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
