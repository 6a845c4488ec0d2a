/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.smtp;

import org.apache.james.core.MailAddress;
import org.apache.james.core.MaybeSender;
import org.apache.james.protocols.smtp.SMTPRetCode;
import org.apache.james.protocols.smtp.SMTPSession;
import org.apache.james.protocols.smtp.hook.HookResult;
import org.apache.james.protocols.smtp.hook.HookReturnCode;
import org.apache.james.protocols.smtp.hook.RcptHook;
import org.posthouse.james.command.RelaySession;

/**
 * Refuses every recipient of a client that may not relay.
 *
 * <p>James' own hook lets recipients at the domains of {@code domainlist.xml} through, with
 * whatever their local part may hide, and so does its whitelist of postmaster and abuse. A relay
 * delivers nothing locally: without the right to relay there is no recipient to accept.
 */
public class RelayRightHandler implements RcptHook {
  private static final HookResult LOGIN_FIRST =
      denied(SMTPRetCode.AUTH_REQUIRED, "5.7.0 Authentication required");
  // RFC 3207 section 4 gives code and wording.
  private static final HookResult TLS_FIRST =
      denied(SMTPRetCode.AUTH_REQUIRED, "5.7.0 Must issue a STARTTLS command first");
  private static final HookResult NO_RELAY =
      denied(SMTPRetCode.MAILBOX_PERM_UNAVAILABLE, "5.7.1 Relaying denied");

  @Override
  public HookResult doRcpt(SMTPSession session, MaybeSender sender, MailAddress recipient) {
    if (session.isRelayingAllowed()) {
      return HookResult.DECLINED;
    }
    if (session.isAuthAnnounced()) {
      return LOGIN_FIRST;
    }
    boolean loginAfterTls =
        RelaySession.of(session).takesLogins()
            && session.isStartTLSSupported()
            && !session.isTLSStarted();
    return loginAfterTls ? TLS_FIRST : NO_RELAY;
  }

  private static HookResult denied(String code, String description) {
    return HookResult.builder()
        .hookReturnCode(HookReturnCode.deny())
        .smtpReturnCode(code)
        .smtpDescription(description)
        .build();
  }
}
