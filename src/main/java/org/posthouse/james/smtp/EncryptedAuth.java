/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.smtp;

import java.util.List;
import org.apache.james.protocols.api.ProtocolSession.State;
import org.apache.james.protocols.api.Request;
import org.apache.james.protocols.api.Response;
import org.apache.james.protocols.smtp.SMTPResponse;
import org.apache.james.protocols.smtp.SMTPSession;
import org.apache.james.protocols.smtp.core.esmtp.AuthCmdHandler;

/** AUTH inside TLS only. Stock hides it from EHLO but accepts it in clear all the same. */
public final class EncryptedAuth extends AuthCmdHandler {
  private static final Response ENCRYPTION_REQUIRED =
      new SMTPResponse("538", "5.7.11 Encryption required for requested authentication mechanism")
          .immutable();
  private static final Response NOT_IN_TRANSACTION =
      new SMTPResponse("503", "5.5.1 AUTH is not permitted during a mail transaction").immutable();

  @Override
  public Response onCommand(SMTPSession session, Request request) {
    if (!session.isTLSStarted()) {
      return ENCRYPTION_REQUIRED;
    }
    if (session.getAttachment(SMTPSession.SENDER, State.Transaction).isPresent()) {
      return NOT_IN_TRANSACTION; // RFC 4954, section 4
    }
    return super.onCommand(session, request);
  }

  @Override
  public List<String> getImplementedEsmtpFeatures(SMTPSession session) {
    return session.isTLSStarted() ? super.getImplementedEsmtpFeatures(session) : List.of();
  }
}
