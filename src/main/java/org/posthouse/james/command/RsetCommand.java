/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.command;

import org.apache.james.protocols.api.Request;
import org.apache.james.protocols.api.Response;
import org.apache.james.protocols.smtp.SMTPSession;
import org.apache.james.protocols.smtp.core.RsetCmdHandler;

/** RSET; stock takes one with an argument for no command at all. */
public final class RsetCommand extends RsetCmdHandler {
  @Override
  public Response onCommand(SMTPSession session, Request request) {
    String argument = request.getArgument();
    return argument == null || argument.isEmpty()
        ? super.onCommand(session, request)
        : Replies.NO_ARGUMENT;
  }
}
