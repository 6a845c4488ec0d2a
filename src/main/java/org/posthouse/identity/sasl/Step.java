/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.sasl;

import java.util.Objects;
import org.posthouse.identity.CheckResult;

/** What comes next in an exchange. */
public sealed interface Step {
  /** The client is sent this and answers. */
  record Challenge(String text) implements Step {
    public static final Challenge EMPTY = new Challenge("");
  }

  /** Somebody is asked, and the exchange goes on with the answer. */
  record Check(Question question) implements Step {}

  /** The client is who it says. */
  record Success(CheckResult accepted) implements Step {}

  /**
   * It ends without a login.
   *
   * @param detail of {@link Reason#REFUSED} what the client may be told beside the reason, of
   *     others what the log is; may be empty
   */
  record Failure(Reason reason, String detail) implements Step {
    static final Failure MALFORMED = new Failure(Reason.MALFORMED, "");
    static final Failure REJECTED = new Failure(Reason.REJECTED, "");
    static final Failure NOT_AS_OTHER = new Failure(Reason.NOT_AS_OTHER, "");

    static Failure rejected(CheckResult result) {
      return new Failure(Reason.REJECTED, Objects.requireNonNullElse(result.reason(), ""));
    }

    static Failure refused(String detail) {
      return new Failure(Reason.REFUSED, detail);
    }

    static Failure unavailable(String why) {
      return new Failure(Reason.UNAVAILABLE, why);
    }
  }

  /** Why an exchange ended without a login. */
  enum Reason {
    /** What came is no response of this mechanism. */
    MALFORMED,
    /** A secret that is wrong, or nobody of that name. */
    REJECTED,
    /** Something other than a secret was wrong, such as the channel that is bound to. */
    REFUSED,
    /** The client wants to act for somebody else. */
    NOT_AS_OTHER,
    /** Nothing could be found out; the detail is for the log, not for the client. */
    UNAVAILABLE
  }

  /** What has to be looked up, by those who may wait. */
  sealed interface Question {}

  /** Whether this is the login's password. */
  record PasswordQuestion(String login, String password) implements Question {
    /** Without the password. */
    @Override
    public String toString() {
      return "PasswordQuestion[" + login + "]";
    }
  }

  /**
   * Whether a token is good.
   *
   * @param user whom the client wants to be, or empty
   * @param message the response that both came in
   */
  record TokenQuestion(String token, String user, String message) implements Question {
    /** Without the token. */
    @Override
    public String toString() {
      return "TokenQuestion[" + user + "]";
    }
  }
}
