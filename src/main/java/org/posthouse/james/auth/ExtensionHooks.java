/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.james.core.Username;
import org.apache.james.protocols.api.OidcSASLConfiguration;
import org.apache.james.protocols.api.Response;
import org.apache.james.protocols.smtp.SMTPSession;
import org.apache.james.protocols.smtp.hook.AuthHook;
import org.apache.james.protocols.smtp.hook.HookResult;
import org.apache.james.protocols.smtp.hook.HookResultHook;
import org.jspecify.annotations.Nullable;
import org.posthouse.identity.CheckResult;
import org.posthouse.identity.Identity;
import org.posthouse.identity.sasl.Step;

/**
 * Hooks of extension jars, behind our sources. They may block, so they run on threads of their own,
 * while the session that they are given waits.
 */
final class ExtensionHooks {
  private static final String SOURCE = "hook";
  private static final String CREDENTIAL = "-";

  private final List<AuthHook> hooks;
  private final List<HookResultHook> resultHooks;
  private final Function<HookResult, @Nullable Response> reply;
  private final Executor threads;

  /**
   * @param reply stock's; null when a hook has declined
   */
  ExtensionHooks(
      List<AuthHook> hooks,
      List<HookResultHook> resultHooks,
      Function<HookResult, @Nullable Response> reply,
      Executor threads) {
    this.hooks = hooks;
    this.resultHooks = resultHooks;
    this.reply = reply;
    this.threads = threads;
  }

  /** Ours is among stock's hooks, and declines whatever it is asked. */
  boolean areThere() {
    return hooks.stream().anyMatch(hook -> !(hook instanceof SourcesHook));
  }

  CompletionStage<Verdict> check(SMTPSession session, Step.PasswordQuestion question) {
    Optional<Username> username = username(question.login());
    if (username.isEmpty() || !areThere()) {
      return done(Verdict.of(CheckResult.REJECTED));
    }
    return run(
        session,
        question.login(),
        hook -> hook.doAuth(session, username.get(), question.password()));
  }

  CompletionStage<Verdict> check(SMTPSession session, Step.TokenQuestion question) {
    Optional<OidcSASLConfiguration> oidc = session.getConfiguration().saslConfiguration();
    if (oidc.isEmpty() || !areThere()) {
      return done(Verdict.of(CheckResult.REJECTED));
    }
    String initial = Base64.getEncoder().encodeToString(question.message().getBytes(UTF_8));
    return run(session, question.user(), hook -> hook.doSasl(session, oidc.get(), initial));
  }

  private CompletionStage<Verdict> run(
      SMTPSession session, String login, Function<AuthHook, HookResult> question) {
    Supplier<Verdict> work = () -> ask(session, login, question);
    try {
      return CompletableFuture.supplyAsync(work, threads)
          .exceptionally(e -> Verdict.of(CheckResult.unavailable("a hook failed: " + e)));
    } catch (RejectedExecutionException e) {
      return done(Verdict.of(CheckResult.unavailable("too many logins wait for hooks")));
    }
  }

  private Verdict ask(SMTPSession session, String login, Function<AuthHook, HookResult> question) {
    for (AuthHook hook : hooks) {
      HookResult result = question.apply(hook);
      for (HookResultHook resultHook : resultHooks) {
        result = resultHook.onHookResult(session, result, 0, hook);
      }
      Response response = reply.apply(result);
      if (response != null) {
        return new Verdict(result(session, login, response), response);
      }
    }
    return Verdict.of(CheckResult.REJECTED);
  }

  private static CheckResult result(SMTPSession session, String login, Response response) {
    if (response.getRetCode().startsWith("2")) {
      Username known = session.getUsername();
      String name = known == null ? login : known.asString();
      return CheckResult.accepted(Identity.named(name, SOURCE), CREDENTIAL);
    }
    return response.getRetCode().startsWith("4")
        ? CheckResult.unavailable("a hook answered " + response.getRetCode())
        : CheckResult.REJECTED;
  }

  /** The name for James; empty when James has no such names. */
  static Optional<Username> username(String login) {
    try {
      return Optional.of(Username.of(login));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static CompletionStage<Verdict> done(Verdict verdict) {
    return CompletableFuture.completedFuture(verdict);
  }
}
