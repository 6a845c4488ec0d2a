/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.command;

import org.apache.james.protocols.api.Response;
import org.posthouse.james.Reply;

/** A command cannot be carried out; the client is told why. Caught where the command begins. */
final class CommandRefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Response reply;

  CommandRefusedException(Response reply) {
    super(String.join(" ", reply.getLines()), null, false, false);
    this.reply = reply;
  }

  CommandRefusedException(String code, String text) {
    this(Reply.of(code, text));
  }

  Response reply() {
    return reply;
  }
}
