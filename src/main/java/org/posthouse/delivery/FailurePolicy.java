/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery;

import java.util.Set;
import org.posthouse.envelope.EnhancedStatusCode;
import org.posthouse.envelope.SmtpReply;
import org.posthouse.smtp.Answer;
import org.posthouse.smtp.Answer.Failure;

/**
 * What becomes of a recipient after what a host answered: the only place that decides it. The table
 * in src/doc/DELIVERY.md says the same in words, and a test compares them.
 */
public final class FailurePolicy {
  private static final int CLOSING = 421;

  /** RFC 5321, section 4.5.3.1.10: of a host that has enough recipients; some will do later. */
  private static final int FULL = 552;

  /**
   * Replies that ask for a login, a stronger one or TLS before it (RFC 4954 section 6): they are
   * about the relay, which an administrator can mend, and not about the mail.
   */
  private static final Set<Integer> ABOUT_OUR_LOGIN = Set.of(530, 534, 535, 538);

  /** Bad sequence of commands: about the session, whoever broke it, and never about a mail. */
  private static final int OUT_OF_SEQUENCE = 503;

  /** No such domain, and hosts without an address. */
  private static final Set<EnhancedStatusCode> NOT_FOUND =
      Set.of(new EnhancedStatusCode(5, 1, 2), new EnhancedStatusCode(5, 4, 4));

  private FailurePolicy() {}

  /** What became of a recipient. */
  public enum Disposition {
    DELIVERED,
    DEFERRED,
    BOUNCED
  }

  /** Whom an answer is about. */
  public enum Scope {
    /** The host, whatever mail it is offered. */
    HOST,
    /** This mail, for all of its recipients. */
    MESSAGE,
    /** This recipient. */
    RECIPIENT
  }

  /**
   * A decision.
   *
   * @param disposition when no other host is asked
   * @param nextHost whether another host of the domain is to be asked first, when there is one
   */
  public record Ruling(Disposition disposition, Scope scope, boolean nextHost) {}

  /**
   * Whether a fallback is asked for those whom no host was found or reached for. One that says that
   * it takes no mail, and a loop, are no reason to ask somebody else.
   */
  static boolean mayFallBack(Answer answer) {
    Failure failure = answer.failure();
    return of(answer).disposition() == Disposition.DEFERRED
        || (failure != null && NOT_FOUND.contains(failure.status()));
  }

  /** Decides by what answered the last question that was about the recipient. */
  public static Ruling of(Answer answer) {
    SmtpReply reply = answer.reply();
    return reply != null ? ofReply(answer, reply) : ofFailure(answer);
  }

  private static Ruling ofReply(Answer answer, SmtpReply reply) {
    Scope scope = scope(answer);
    if (scope == Scope.HOST
        || reply.code() == CLOSING
        || reply.code() == OUT_OF_SEQUENCE
        || ABOUT_OUR_LOGIN.contains(reply.code())) {
      return new Ruling(Disposition.DEFERRED, Scope.HOST, true);
    }
    return switch (reply.code() / 100) {
      case 2 -> delivered(answer, scope);
      case 5 ->
          scope == Scope.RECIPIENT && reply.code() == FULL
              ? new Ruling(Disposition.DEFERRED, scope, false)
              : new Ruling(Disposition.BOUNCED, scope, false);
      default -> new Ruling(Disposition.DEFERRED, scope, true);
    };
  }

  /** Only the reply to the final dot takes responsibility (RFC 5321, section 4.2.5). */
  private static Ruling delivered(Answer answer, Scope scope) {
    return switch (answer.phase()) {
      case FINAL_DOT -> new Ruling(Disposition.DELIVERED, scope, false);
      default -> new Ruling(Disposition.DEFERRED, scope, true);
    };
  }

  private static Ruling ofFailure(Answer answer) {
    Failure failure = answer.failure();
    if (failure == null) {
      throw new IllegalArgumentException("an answer without a reply or a failure");
    }
    if (answer.isAmbiguous()) {
      // Another host would surely deliver twice what this one has taken.
      return new Ruling(Disposition.DEFERRED, Scope.MESSAGE, false);
    }
    return switch (failure.kind()) {
      case OURS -> new Ruling(Disposition.DEFERRED, Scope.MESSAGE, false);
      case NOT_OFFERED ->
          failure.status().status() == 5
              ? new Ruling(Disposition.BOUNCED, Scope.MESSAGE, true)
              : new Ruling(Disposition.DEFERRED, Scope.HOST, true);
      // Permanent where the DNS says that there is no host, which is known before any is asked.
      case UNREACHABLE ->
          failure.status().status() == 5
              ? new Ruling(Disposition.BOUNCED, Scope.MESSAGE, false)
              : new Ruling(Disposition.DEFERRED, Scope.HOST, true);
      case TIMEOUT, CLOSED, TLS, PROTOCOL -> new Ruling(Disposition.DEFERRED, Scope.HOST, true);
    };
  }

  private static Scope scope(Answer answer) {
    return switch (answer.phase()) {
      case LOOKUP, CONNECT, TLS, GREETING, EHLO, STARTTLS, AUTH, RSET, QUIT -> Scope.HOST;
      case MAIL, DATA, CONTENT, FINAL_DOT -> Scope.MESSAGE;
      case RCPT -> Scope.RECIPIENT;
    };
  }
}
