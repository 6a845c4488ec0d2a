/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.command;

import org.apache.james.protocols.api.Request;
import org.apache.james.protocols.api.Response;
import org.apache.james.protocols.smtp.SMTPSession;
import org.apache.james.protocols.smtp.core.esmtp.StartTlsCmdHandler;

/** STARTTLS; a second one is known, but comes at the wrong time. */
public final class StartTlsCommand extends StartTlsCmdHandler {
  @Override
  public Response onCommand(SMTPSession session, Request request) {
    return session.isTLSStarted() ? Replies.TLS_AGAIN : super.onCommand(session, request);
  }
}
