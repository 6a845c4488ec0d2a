/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.smtp;

/** Where in a session something happened, in the order of a session. */
public enum Phase {
  /** Before it is known which address to connect to. */
  LOOKUP,
  /** Before there is a connection. */
  CONNECT,
  /** The handshake, implicit or after STARTTLS. */
  TLS,
  GREETING,
  /** EHLO, or HELO where that is refused. */
  EHLO,
  STARTTLS,
  AUTH,
  MAIL,
  RCPT,
  DATA,
  /** While the message goes out: nothing was asked of the host yet. */
  CONTENT,
  /** After the last octet: the host may have taken the mail, answered or not. */
  FINAL_DOT,
  RSET,
  QUIT;

  /** Whether nothing of a message has gone out yet, so that little is lost by an end. */
  boolean isEarly() {
    return this != CONTENT && this != FINAL_DOT;
  }
}
