/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.users;

import java.util.function.Function;
import org.apache.james.protocols.api.ProtocolSessionImpl;
import org.apache.james.protocols.api.Response;
import org.apache.james.protocols.api.handler.LineHandler;
import org.apache.james.protocols.smtp.SMTPSession;
import org.posthouse.identity.CheckResult;

/**
 * A check that runs while the session waits: the reply is written by the thread that ends it.
 *
 * <p>Until then this is the session's line handler, and a client that sends more is hung up on: its
 * command may mean one thing before the login and another after it.
 */
final class PendingCheck implements LineHandler<SMTPSession> {
  private final SMTPSession session;
  private final Function<CheckResult, Response> conclusion;
  private boolean closed;

  PendingCheck(SMTPSession session, Function<CheckResult, Response> conclusion) {
    this.session = session;
    this.conclusion = conclusion;
  }

  @Override
  public synchronized Response onLine(SMTPSession ignored, byte[] line) {
    closed = true;
    return AuthReplies.tooEarly();
  }

  /** Ends the wait; the session's state is published to its IO thread by the hand-over below. */
  synchronized void complete(CheckResult result) {
    if (closed) {
      return;
    }
    closed = true;
    Response response = conclusion.apply(result);
    // Popped before the client can know: its next command must find the session as usual.
    session.popLineHandler();
    ((ProtocolSessionImpl) session).getProtocolTransport().writeResponse(response, session);
  }
}
