/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.sasl;

import java.util.Optional;
import org.posthouse.identity.CheckResult;
import org.posthouse.identity.Identity;
import org.posthouse.identity.LoginName;

/** EXTERNAL (RFC 4422, appendix A): who the client is, TLS has told already. */
final class ExternalExchange implements SaslExchange {
  private static final String CREDENTIAL = "certificate";

  private final Identity identity;

  ExternalExchange(Identity identity) {
    this.identity = identity;
  }

  @Override
  public Step begin(Optional<String> initial) {
    return initial.isPresent() ? next(initial.get()) : Step.Challenge.EMPTY;
  }

  @Override
  public Step next(String response) {
    if (response.indexOf('\0') >= 0) {
      return Step.Failure.MALFORMED;
    }
    return response.isEmpty() || LoginName.areSame(response, identity.name())
        ? new Step.Success(CheckResult.accepted(identity, CREDENTIAL))
        : Step.Failure.NOT_AS_OTHER;
  }

  @Override
  public Optional<String> login() {
    return Optional.of(identity.name());
  }
}
