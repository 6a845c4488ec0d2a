/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.auth;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.james.protocols.smtp.SMTPSession;
import org.jspecify.annotations.Nullable;
import org.posthouse.identity.CheckResult;
import org.posthouse.identity.CheckResult.Outcome;
import org.posthouse.identity.TokenSource;
import org.posthouse.identity.sasl.LoginSources;
import org.posthouse.identity.sasl.Step;
import org.posthouse.james.command.RelaySession;

/** Asks our sources, and then, where none of them knows, the hooks of extension jars. */
record Checks(@Nullable LoginSources sources, ExtensionHooks hooks) {
  /** Never completed exceptionally. */
  CompletionStage<Verdict> ask(SMTPSession session, Step.Question question) {
    return ours(session, question)
        .exceptionally(e -> CheckResult.unavailable("the check failed: " + e))
        .thenCompose(
            result ->
                result.outcome() == Outcome.REJECTED
                    ? theirs(session, question).thenApply(verdict -> verdict.or(result))
                    : CompletableFuture.completedFuture(Verdict.of(result)));
  }

  private CompletionStage<CheckResult> ours(SMTPSession session, Step.Question question) {
    if (sources == null) {
      return rejected(); // a chain without stock's hook has chosen other ones
    }
    if (question instanceof Step.PasswordQuestion asked) {
      return sources.passwords() == null
          ? rejected()
          : sources.passwords().check(asked.login(), asked.password());
    }
    Step.TokenQuestion asked = (Step.TokenQuestion) question;
    TokenSource tokens = RelaySession.of(session).door().tokens().orElse(sources.tokens());
    return tokens == null ? rejected() : tokens.check(asked.token(), asked.user());
  }

  private CompletionStage<Verdict> theirs(SMTPSession session, Step.Question question) {
    return question instanceof Step.PasswordQuestion password
        ? hooks.check(session, password)
        : hooks.check(session, (Step.TokenQuestion) question);
  }

  private static CompletionStage<CheckResult> rejected() {
    return CompletableFuture.completedFuture(CheckResult.REJECTED);
  }

  Optional<LoginSources> known() {
    return Optional.ofNullable(sources);
  }
}
