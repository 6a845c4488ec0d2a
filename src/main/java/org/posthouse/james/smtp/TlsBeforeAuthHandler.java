/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.smtp;

import org.apache.james.core.Username;
import org.apache.james.protocols.api.OidcSASLConfiguration;
import org.apache.james.protocols.smtp.SMTPRetCode;
import org.apache.james.protocols.smtp.SMTPSession;
import org.apache.james.protocols.smtp.hook.AuthHook;
import org.apache.james.protocols.smtp.hook.HookResult;
import org.apache.james.protocols.smtp.hook.HookReturnCode;

/**
 * Refuses a login over a connection without TLS, whether its secret is right or wrong.
 *
 * <p>{@code requireSSL} of stock James only hides AUTH from the answer to EHLO; the command itself
 * is carried out.
 */
public class TlsBeforeAuthHandler implements AuthHook {
  // RFC 4954 section 6.
  private static final HookResult TLS_FIRST =
      HookResult.builder()
          .hookReturnCode(HookReturnCode.deny())
          .smtpReturnCode(SMTPRetCode.AUTH_ENCRYPTION_REQUIRED)
          .smtpDescription("5.7.11 Encryption required for requested authentication mechanism")
          .build();

  @Override
  public HookResult doAuth(SMTPSession session, Username username, String password) {
    return check(session);
  }

  @Override
  public HookResult doSasl(
      SMTPSession session, OidcSASLConfiguration configuration, String initialResponse) {
    return check(session);
  }

  @Override
  public HookResult doDelegation(SMTPSession session, Username target) {
    return check(session);
  }

  private static HookResult check(SMTPSession session) {
    return session.isTLSStarted() ? HookResult.DECLINED : TLS_FIRST;
  }
}
