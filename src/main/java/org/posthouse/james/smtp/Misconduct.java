/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.smtp;

/** Why a client is hung up on, whatever it was about. */
enum Misconduct {
  /**
   * It spoke before the greeting, which only those do who do not listen (RFC 5321 section 4.3.1).
   */
  TOO_EARLY("554 5.5.1 You must wait for the greeting"),
  /** What one server reads as the end of a line and another does not smuggles mail past both. */
  BARE_LINE_END("500 5.5.2 Lines must end with CRLF"),
  TOO_SLOW("421 4.4.2 The message comes too slowly"),
  IDLE("421 4.7.0 Too many commands without a mail");

  private final String reply;

  Misconduct(String reply) {
    this.reply = reply;
  }

  String reply() {
    return reply;
  }
}
