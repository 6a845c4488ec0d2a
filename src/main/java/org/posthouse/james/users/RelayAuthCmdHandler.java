/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.users;

import com.google.common.collect.ImmutableList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.apache.james.core.Username;
import org.apache.james.protocols.api.ProtocolSession;
import org.apache.james.protocols.api.Request;
import org.apache.james.protocols.api.Response;
import org.apache.james.protocols.api.handler.WiringException;
import org.apache.james.protocols.smtp.SMTPSession;
import org.apache.james.protocols.smtp.core.esmtp.AuthCmdHandler;
import org.apache.james.protocols.smtp.hook.AuthHook;
import org.apache.james.protocols.smtp.hook.HookResult;
import org.apache.james.protocols.smtp.hook.HookResultHook;
import org.jspecify.annotations.Nullable;
import org.posthouse.identity.CheckResult;
import org.posthouse.james.command.RelaySession;
import org.posthouse.james.command.Suspension;

/**
 * Stands in for {@code AuthCmdHandler}, which checks the password on the IO thread, and accepts it
 * in clear even where it does not offer that.
 *
 * <p>PLAIN and LOGIN are ours: the first {@link DeferredAuthHook} is asked without waiting, the
 * other hooks only when it declines. OAUTHBEARER and XOAUTH2 stay as stock has them.
 */
public final class RelayAuthCmdHandler extends AuthCmdHandler {
  /** The name that the client's last AUTH was for, once it has sent one. */
  public static final ProtocolSession.AttachmentKey<String> TRIED =
      ProtocolSession.AttachmentKey.of("org.posthouse.login-tried", String.class);

  private final SaslExchange exchange = new SaslExchange(this::verify);
  private final Predicate<SMTPSession> isEncrypted;
  private List<HookResultHook> resultHooks = List.of();

  public RelayAuthCmdHandler() {
    this(SMTPSession::isTLSStarted);
  }

  /** For dialogues that are not about encryption. */
  RelayAuthCmdHandler(Predicate<SMTPSession> isEncrypted) {
    this.isEncrypted = isEncrypted;
  }

  @Override
  @SuppressWarnings("NullAway") // James takes null for "no reply yet".
  public @Nullable Response onCommand(SMTPSession session, Request request) {
    session.removeAttachment(TRIED, ProtocolSession.State.Connection);
    if (!isEncrypted.test(session)) {
      return AuthReplies.ENCRYPTION_REQUIRED;
    }
    String argument = request.getArgument();
    if (argument == null || session.getUsername() != null) {
      return super.onCommand(session, request);
    }
    if (session.getAttachment(SMTPSession.SENDER, ProtocolSession.State.Transaction).isPresent()) {
      return AuthReplies.IN_TRANSACTION;
    }
    String[] words = argument.strip().split(" +", 2);
    String mechanism = words[0].toUpperCase(Locale.ROOT);
    Optional<String> initial = words.length > 1 ? Optional.of(words[1]) : Optional.empty();
    if (session.getConfiguration().isPlainAuthEnabled() && mechanism.equals(AUTH_TYPE_PLAIN)) {
      return exchange.plain(session, initial);
    }
    if (session.getConfiguration().isPlainAuthEnabled() && mechanism.equals(AUTH_TYPE_LOGIN)) {
      return exchange.login(session, initial);
    }
    return super.onCommand(session, request);
  }

  @Override
  public List<String> getImplementedEsmtpFeatures(SMTPSession session) {
    return isEncrypted.test(session) ? super.getImplementedEsmtpFeatures(session) : List.of();
  }

  private @Nullable Response verify(
      SMTPSession session, String mechanism, String user, String password) {
    session.setAttachment(TRIED, user, ProtocolSession.State.Connection);
    Login login = new Login(session, mechanism, user, password);
    Optional<DeferredAuthHook> deferred = deferredHook();
    if (deferred.isEmpty()) {
      return logged(login, askOthers(login));
    }
    DeferredAuthHook hook = deferred.get();
    CompletableFuture<CheckResult> check = hook.check(user, password).toCompletableFuture();
    if (check.isDone()) {
      return conclude(login, hook, check.join());
    }
    Suspension suspension = RelaySession.of(session).suspension();
    suspension.begin();
    CompletableFuture<?> unused =
        check.whenComplete((result, e) -> suspension.end(() -> conclude(login, hook, result)));
    return null;
  }

  private Response conclude(Login login, DeferredAuthHook hook, CheckResult result) {
    HookResult hookResult =
        switch (result.outcome()) {
          case ACCEPTED -> {
            hook.accept(login.session(), result);
            yield AuthReplies.HOOK_SUCCESS;
          }
          case REJECTED -> HookResult.DECLINED;
          case UNAVAILABLE -> AuthReplies.HOOK_TEMPORARY;
        };
    Optional<Response> response = response(login.session(), hook, hookResult);
    return logged(login, response.isPresent() ? response : askOthers(login));
  }

  /** Hooks that administrators have added, on the thread at hand. */
  private Optional<Response> askOthers(Login login) {
    return login
        .username()
        .flatMap(
            username ->
                hooks().stream()
                    .filter(hook -> !(hook instanceof DeferredAuthHook))
                    .map(hook -> ask(hook, login, username))
                    .flatMap(Optional::stream)
                    .findFirst());
  }

  private Optional<Response> ask(AuthHook hook, Login login, Username username) {
    HookResult result = hook.doAuth(login.session(), username, login.password());
    return response(login.session(), hook, result);
  }

  private Optional<Response> response(SMTPSession session, AuthHook hook, HookResult result) {
    HookResult last = result;
    for (HookResultHook resultHook : resultHooks) {
      last = resultHook.onHookResult(session, last, 0, hook);
    }
    return Optional.ofNullable(calcDefaultSMTPResponse(last));
  }

  private static Response logged(Login login, Optional<Response> response) {
    Response reply = response.orElse(AuthReplies.FAILED);
    if (reply.getRetCode().startsWith("2")) {
      login.log(reply);
    }
    return reply;
  }

  private Optional<DeferredAuthHook> deferredHook() {
    return hooks().stream()
        .filter(DeferredAuthHook.class::isInstance)
        .map(DeferredAuthHook.class::cast)
        .findFirst();
  }

  private List<AuthHook> hooks() {
    return Optional.ofNullable(getHooks()).orElse(List.of());
  }

  @Override
  public List<Class<?>> getMarkerInterfaces() {
    return ImmutableList.<Class<?>>builder()
        .addAll(super.getMarkerInterfaces())
        .add(HookResultHook.class)
        .build();
  }

  @Override
  public void wireExtensions(Class<?> interfaceName, List<?> extensions) throws WiringException {
    super.wireExtensions(interfaceName, extensions);
    if (HookResultHook.class.equals(interfaceName)) {
      resultHooks =
          extensions.stream()
              .map(HookResultHook.class::cast)
              .collect(ImmutableList.toImmutableList());
    }
  }
}
