/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.smtp;

import org.posthouse.james.RefusalReason;

/** Why a client is hung up on, whatever it was about. */
enum Misconduct {
  /**
   * It spoke before the greeting, which only those do who do not listen (RFC 5321 section 4.3.1).
   */
  TOO_EARLY("554 5.5.1 You must wait for the greeting"),
  /** The first that it says is a header of a proxy whose word does not count here. */
  UNLISTED_PROXY(
      "554 5.5.1 No PROXY header is taken from this address",
      "a PROXY header, and proxyFrom of this door does not list the address"),
  /** What one server reads as the end of a line and another does not smuggles mail past both. */
  BARE_LINE_END("500 5.5.2 Lines must end with CRLF"),
  TOO_SLOW("421 4.4.2 The message comes too slowly"),
  IDLE("421 4.7.0 Too many commands without a mail"),
  /** RFC 5321 section 4.5.3.2.7. */
  SILENT("421 4.4.2 Nothing came for too long"),
  /** Whoever brings nothing makes room, as soon as room is what others lack. */
  IN_THE_WAY("421 4.3.2 Many wait for a session, and nothing comes in this one"),
  /** See {@link SessionCounts}. */
  DISPLACED("421 4.3.2 Others need the room of this session");

  private final String reply;
  private final String error;

  Misconduct(String reply) {
    this(reply, "");
  }

  Misconduct(String reply, String error) {
    this.reply = reply;
    this.error = error;
  }

  /** For the log. */
  RefusalReason reason() {
    RefusalReason kind =
        reply.startsWith("4") ? RefusalReason.of("bound") : RefusalReason.ofReply(reply);
    return error.isEmpty() ? kind : kind.quoting("error", error);
  }

  String reply() {
    return reply;
  }
}
