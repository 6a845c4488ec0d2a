/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.sasl;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.posthouse.identity.CheckResult;

/**
 * OAUTHBEARER (RFC 7628) and XOAUTH2, which differ in how they write the same: one response with a
 * token. Of a token that is not good the client is told in JSON, and it answers with nothing, or
 * what stands for it, before it hears of the failure.
 */
final class TokenExchange implements SaslExchange {
  private final TokenSyntax syntax;
  private final Discovery discovery;
  private @Nullable String login;
  private boolean failed;

  TokenExchange(TokenSyntax syntax, Discovery discovery) {
    this.syntax = syntax;
    this.discovery = discovery;
  }

  @Override
  public Step begin(Optional<String> initial) {
    return initial.isPresent() ? next(initial.get()) : Step.Challenge.EMPTY;
  }

  @Override
  public Step next(String response) {
    if (failed) {
      return Step.Failure.REJECTED;
    }
    Optional<TokenResponse> parsed = syntax.parse(response);
    if (parsed.isEmpty()) {
      return Step.Failure.MALFORMED;
    }
    TokenResponse message = parsed.get();
    if (!message.user().isEmpty()) {
      login = message.user();
    }
    return message.token().isEmpty()
        ? failure()
        : new Step.Check(new Step.TokenQuestion(message.token(), message.user(), response));
  }

  @Override
  public Step checked(CheckResult result) {
    return result.outcome() == CheckResult.Outcome.REJECTED ? failure() : Ends.of(result);
  }

  private Step failure() {
    failed = true;
    return new Step.Challenge(syntax.error(discovery));
  }

  @Override
  public Optional<String> login() {
    return Optional.ofNullable(login);
  }
}
