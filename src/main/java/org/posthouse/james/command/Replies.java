/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.command;

import org.apache.james.protocols.api.Response;
import org.posthouse.james.Reply;

/** Replies to commands (RFC 5321 section 4.2, RFC 3463). */
final class Replies {
  static final Response OK = Reply.of("250", "2.0.0 Ok");
  static final Response SENDER_OK = Reply.of("250", "2.1.0 Sender Ok");
  static final Response RECIPIENT_OK = Reply.of("250", "2.1.5 Recipient Ok");
  static final Response LOGIN_REVOKED =
      Reply.last("421", "4.7.0 The login of this session is good no more, please log in again");
  static final Response RECIPIENT_NAMED =
      Reply.of("250", "2.1.5 Recipient Ok, named before: it gets the mail once");
  static final Response HELO_FIRST = Reply.of("503", "5.5.1 Say EHLO or HELO first");
  static final Response MAIL_FIRST = Reply.of("503", "5.5.1 MAIL comes before RCPT");
  static final Response NESTED_MAIL =
      Reply.of("503", "5.5.1 A mail has begun already; RSET ends it");
  static final Response NO_SENDER = Reply.of("503", "5.5.1 MAIL comes before DATA");
  static final Response NO_RECIPIENT = Reply.of("503", "5.5.1 No recipient was accepted");
  static final Response CHUNKS_ONLY = Reply.of("503", "5.5.1 This mail comes by BDAT");
  static final Response CHUNKS_BEGUN =
      Reply.of("503", "5.5.1 The message has begun; BDAT or RSET comes now");
  static final Response CHUNKS_FAILED =
      Reply.of("503", "5.5.1 A chunk of this mail was refused; RSET ends it");
  static final Response TLS_AGAIN = Reply.of("503", "5.5.1 TLS has begun already");
  static final Response NO_ARGUMENT = Reply.of("501", "5.5.4 This command has no argument");
  static final Response CONTROLS = Reply.of("501", "5.5.4 A control character is no argument");
  static final Response HELO_NAME =
      Reply.of("501", "5.5.4 A domain or an address literal must follow");
  static final Response NOT_INTERNATIONAL =
      Reply.of("553", "5.6.7 What is not ASCII needs SMTPUTF8, which MAIL did not ask for");
  static final Response VRFY =
      Reply.of("252", "2.5.2 Will not tell, but take mail and try to deliver it");
  static final Response EXPN = Reply.of("502", "5.5.1 There are no lists here");
  static final Response HELP = Reply.of("214", "2.0.0 RFC 5321 tells");

  // RFC 3207 section 4 gives code and wording.
  static final Response TLS_FIRST = Reply.of("530", "5.7.0 Must issue a STARTTLS command first");
  private static final Response LOGIN_FIRST = Reply.of("530", "5.7.0 Authentication required");
  private static final Response NO_RELAY = Reply.of("550", "5.7.1 Relaying denied");

  private Replies() {}

  /** To a recipient of a client that has proved nothing: how it could, where it can. */
  static Response stranger(RelaySession session) {
    if (session.isAuthAnnounced()) {
      return LOGIN_FIRST;
    }
    boolean loginAfterTls =
        session.takesLogins() && session.isStartTLSSupported() && !session.isTLSStarted();
    return loginAfterTls ? TLS_FIRST : NO_RELAY;
  }
}
