/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.users;

import java.util.concurrent.CompletionStage;
import javax.inject.Inject;
import org.apache.james.core.Username;
import org.apache.james.mailbox.Authorizator;
import org.apache.james.protocols.api.ProtocolSession;
import org.apache.james.protocols.smtp.SMTPSession;
import org.apache.james.protocols.smtp.hook.HookResult;
import org.apache.james.smtpserver.UsersRepositoryAuthHook;
import org.apache.james.user.api.UsersRepository;
import org.posthouse.identity.CheckResult;
import org.posthouse.identity.Identities;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands in for {@code UsersRepositoryAuthHook}, which answers 535 when the users cannot be read: a
 * client that gets 535 asks its user for another password (RFC 4954 section 6).
 *
 * <p>OIDC stays as stock has it.
 */
public final class FileAuthHook extends UsersRepositoryAuthHook implements DeferredAuthHook {
  /** Which of the user's credentials opened this connection. */
  public static final ProtocolSession.AttachmentKey<String> CREDENTIAL =
      ProtocolSession.AttachmentKey.of("org.posthouse.credential", String.class);

  private static final Logger LOGGER = LoggerFactory.getLogger(FileAuthHook.class);

  private final Identities identities;

  @Inject
  public FileAuthHook(UsersRepository users, Authorizator authorizator, Identities identities) {
    super(users, authorizator);
    this.identities = identities;
  }

  /** Waits for the check: for a stock AUTH command, on the IO thread. */
  @Override
  public HookResult doAuth(SMTPSession session, Username username, String password) {
    CheckResult result = check(username.asString(), password).toCompletableFuture().join();
    return switch (result.outcome()) {
      case ACCEPTED -> {
        accept(session, result);
        yield AuthReplies.HOOK_SUCCESS;
      }
      case REJECTED -> HookResult.DECLINED;
      case UNAVAILABLE -> AuthReplies.HOOK_TEMPORARY;
    };
  }

  @Override
  public CompletionStage<CheckResult> check(String userName, String password) {
    return identities.checkPassword(userName, password).whenComplete((result, e) -> log(result));
  }

  private static void log(CheckResult result) {
    if (result.outcome() == CheckResult.Outcome.UNAVAILABLE) {
      LOGGER.warn("Cannot check a password, answered 454: {}", result.reason());
    }
  }

  @Override
  public void accept(SMTPSession session, CheckResult accepted) {
    session.setUsername(Username.of(String.valueOf(accepted.identity())));
    session.setAttachment(
        CREDENTIAL, String.valueOf(accepted.credential()), ProtocolSession.State.Connection);
    session.setRelayingAllowed(true);
  }
}
