/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.auth;

import org.apache.james.protocols.api.Response;
import org.posthouse.identity.sasl.Step;
import org.posthouse.james.Reply;

/** The replies to AUTH, from RFC 4954 sections 4 and 6. */
final class AuthReplies {
  static final Response SUCCESS = Reply.of("235", "2.7.0 Authentication successful");
  static final Response FAILED = Reply.of("535", "5.7.8 Authentication credentials invalid");
  static final Response TEMPORARY = Reply.of("454", "4.7.0 Temporary authentication failure");
  static final Response BLOCKED = Reply.of("454", "4.7.0 Too many failed logins, try again later");
  static final Response CANCELLED = Reply.of("501", "5.7.0 Authentication cancelled");
  static final Response MALFORMED = Reply.of("501", "5.5.2 Cannot decode the response");
  static final Response NO_ARGUMENT = Reply.of("501", "5.5.4 The name of a mechanism must follow");
  static final Response UNKNOWN = Reply.of("504", "5.5.4 This mechanism is not offered here");
  static final Response NOT_AS_OTHER = Reply.of("535", "5.7.8 May not act for another identity");
  static final Response ENCRYPTION_REQUIRED =
      Reply.of("538", "5.7.11 Encryption required for requested authentication mechanism");
  static final Response NO_LOGINS = Reply.of("502", "5.5.1 There are no logins here");
  static final Response AGAIN = Reply.of("503", "5.5.1 There was a login already");
  static final Response IN_TRANSACTION = Reply.of("503", "5.5.1 AUTH not allowed during a mail");

  private AuthReplies() {}

  static Response of(Step.Failure failure) {
    return switch (failure.reason()) {
      case MALFORMED -> MALFORMED;
      case REJECTED -> FAILED;
      case REFUSED -> Reply.of("535", "5.7.8 Authentication failed: " + failure.detail());
      case NOT_AS_OTHER -> NOT_AS_OTHER;
      case UNAVAILABLE -> TEMPORARY;
    };
  }
}
