/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.auth;

import com.google.common.collect.ImmutableList;
import java.util.List;
import java.util.Optional;
import javax.inject.Inject;
import org.apache.james.protocols.api.ProtocolSession;
import org.apache.james.protocols.api.Request;
import org.apache.james.protocols.api.Response;
import org.apache.james.protocols.api.handler.WiringException;
import org.apache.james.protocols.smtp.SMTPSession;
import org.apache.james.protocols.smtp.core.esmtp.AuthCmdHandler;
import org.apache.james.protocols.smtp.hook.AuthHook;
import org.apache.james.protocols.smtp.hook.HookResultHook;
import org.jspecify.annotations.Nullable;
import org.posthouse.identity.sasl.Mechanism;
import org.posthouse.identity.sasl.SaslExchange;
import org.posthouse.james.command.RelaySession;

/**
 * AUTH in the place of stock's, which checks passwords on the thread at hand, accepts them in clear
 * even where it does not offer that, and knows four mechanisms.
 */
public final class AuthCommand extends AuthCmdHandler {
  /** The name that the client's last AUTH was for, once it has sent one. */
  public static final ProtocolSession.AttachmentKey<String> TRIED =
      ProtocolSession.AttachmentKey.of("org.posthouse.login-tried", String.class);

  private final AuthParts parts;
  private List<HookResultHook> resultHooks = List.of();
  private @Nullable Checks checks;

  @Inject
  public AuthCommand(AuthParts parts) {
    this.parts = parts;
  }

  @Override
  @SuppressWarnings("NullAway") // James takes null for "no reply yet".
  public @Nullable Response onCommand(SMTPSession stock, Request request) {
    RelaySession session = RelaySession.of(stock);
    session.removeAttachment(TRIED, ProtocolSession.State.Connection);
    Optional<Response> refusal = refusal(session);
    if (refusal.isPresent()) {
      return refusal.get();
    }
    String argument = request.getArgument();
    if (argument == null || argument.isBlank()) {
      return AuthReplies.NO_ARGUMENT;
    }
    String[] words = argument.strip().split(" +", 2);
    Optional<Mechanism> mechanism = Mechanism.of(words[0]);
    Optional<SaslExchange> exchange =
        mechanism.flatMap(known -> Offers.of(session, checks()).exchange(known));
    if (mechanism.isEmpty() || exchange.isEmpty()) {
      return AuthReplies.UNKNOWN;
    }
    return new AuthDialog(session, mechanism.get(), exchange.get(), checks(), parts)
        .begin(words.length > 1 ? Optional.of(words[1]) : Optional.empty());
  }

  private static Optional<Response> refusal(RelaySession session) {
    if (!session.isTLSStarted()) {
      return Optional.of(AuthReplies.ENCRYPTION_REQUIRED);
    }
    if (!session.takesLogins()) {
      return Optional.of(AuthReplies.NO_LOGINS);
    }
    if (session.getUsername() != null) {
      return Optional.of(AuthReplies.AGAIN);
    }
    return session
        .getAttachment(SMTPSession.SENDER, ProtocolSession.State.Transaction)
        .map(sender -> AuthReplies.IN_TRANSACTION);
  }

  /** Nothing in clear (RFC 4954 section 4), nor where a login would not help. */
  @Override
  public List<String> getImplementedEsmtpFeatures(SMTPSession session) {
    return session.isTLSStarted() && session.isAuthAnnounced()
        ? Offers.lines(Offers.of(RelaySession.of(session), checks()))
        : List.of();
  }

  /** Known when the chain of handlers is complete. */
  private Checks checks() {
    Checks known = checks;
    if (known == null) {
      List<AuthHook> hooks = Optional.ofNullable(getHooks()).orElse(List.of());
      known =
          new Checks(
              hooks.stream()
                  .filter(SourcesHook.class::isInstance)
                  .map(hook -> ((SourcesHook) hook).sources())
                  .findFirst()
                  .orElse(null),
              new ExtensionHooks(
                  hooks, resultHooks, this::calcDefaultSMTPResponse, parts.hookThreads()));
      checks = known;
    }
    return known;
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
