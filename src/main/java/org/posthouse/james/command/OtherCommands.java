/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.command;

import java.util.Collection;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.james.protocols.api.Request;
import org.apache.james.protocols.api.Response;
import org.apache.james.protocols.api.handler.CommandHandler;
import org.apache.james.protocols.smtp.SMTPSession;

/** Commands that do nothing here (RFC 5321 section 4.1.1). */
public final class OtherCommands implements CommandHandler<SMTPSession> {
  private static final Map<String, Response> REPLIES =
      Map.of(
          "NOOP", Replies.OK,
          "VRFY", Replies.VRFY,
          "EXPN", Replies.EXPN,
          "HELP", Replies.HELP);

  private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}&&[^\t]]");

  @Override
  public Response onCommand(SMTPSession session, Request request) {
    String argument = request.getArgument();
    if (argument != null && CONTROL.matcher(argument).find()) {
      return Replies.CONTROLS;
    }
    return REPLIES.getOrDefault(request.getCommand(), Replies.OK);
  }

  @Override
  public Collection<String> getImplCommands() {
    return REPLIES.keySet();
  }
}
