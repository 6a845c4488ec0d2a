/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.auth;

import javax.inject.Inject;
import org.apache.james.core.Username;
import org.apache.james.mailbox.Authorizator;
import org.apache.james.protocols.api.OidcSASLConfiguration;
import org.apache.james.protocols.smtp.SMTPSession;
import org.apache.james.protocols.smtp.hook.HookResult;
import org.apache.james.smtpserver.UsersRepositoryAuthHook;
import org.apache.james.user.api.UsersRepository;
import org.posthouse.identity.sasl.LoginSources;

/**
 * Stands in for {@code UsersRepositoryAuthHook}: a chain of handlers that has it has our sources of
 * identities, also for stock's {@code <oidc>}.
 */
public final class SourcesHook extends UsersRepositoryAuthHook {
  private final LoginSources sources;

  @Inject
  public SourcesHook(UsersRepository users, Authorizator authorizator, LoginSources sources) {
    super(users, authorizator);
    this.sources = sources;
  }

  LoginSources sources() {
    return sources;
  }

  /** Passwords are for {@link AuthCommand} to ask for: it does not wait, and counts guesses. */
  @Override
  public HookResult doAuth(SMTPSession session, Username username, String password) {
    return HookResult.DECLINED;
  }

  /** Nor tokens, which stock would wait for on this thread. */
  @Override
  public HookResult doSasl(SMTPSession session, OidcSASLConfiguration oidc, String initial) {
    return HookResult.DECLINED;
  }
}
