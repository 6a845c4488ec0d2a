/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.smtp;

import org.jspecify.annotations.Nullable;
import org.posthouse.envelope.EnhancedStatusCode;
import org.posthouse.envelope.SmtpReply;

/**
 * What came of one thing that was asked of a host: its reply, or why there is none. Exactly one of
 * {@code reply} and {@code failure} is there.
 *
 * @param phase what was asked
 * @param reply what the host said; null when it said nothing that counts
 * @param failure why not
 */
public record Answer(Phase phase, @Nullable SmtpReply reply, @Nullable Failure failure) {
  /** Why a host gave no reply. */
  public enum Kind {
    /** No connection came about. */
    UNREACHABLE,
    /** It did not answer, or did not take what was sent, in the time it had. */
    TIMEOUT,
    /** It closed or broke the connection. */
    CLOSED,
    /** No handshake came about, or its certificate will not do. */
    TLS,
    /** What it sent is no reply. */
    PROTOCOL,
    /** It does not offer what the mail, or what is configured, needs. It was not asked. */
    NOT_OFFERED,
    /** Ours: the message could not be read, or we are stopping. */
    OURS
  }

  /**
   * A failure without a reply.
   *
   * @param text for a person; never holds a credential
   * @param status what to tell a sender (RFC 3463)
   */
  public record Failure(Kind kind, String text, EnhancedStatusCode status) {
    static Failure of(Kind kind, String text) {
      return new Failure(kind, text, statusOf(kind));
    }
  }

  public Answer {
    if ((reply == null) == (failure == null)) {
      throw new IllegalArgumentException("a reply or a failure");
    }
  }

  static Answer replied(Phase phase, SmtpReply reply) {
    return new Answer(phase, reply, null);
  }

  static Answer failed(Phase phase, Kind kind, String text) {
    return failed(phase, Failure.of(kind, text));
  }

  static Answer failed(Phase phase, Failure failure) {
    return new Answer(phase, null, failure);
  }

  private static EnhancedStatusCode statusOf(Kind kind) {
    return switch (kind) {
      case UNREACHABLE -> new EnhancedStatusCode(4, 4, 1);
      case TIMEOUT, CLOSED -> new EnhancedStatusCode(4, 4, 2);
      case TLS -> new EnhancedStatusCode(4, 7, 5);
      case PROTOCOL, NOT_OFFERED -> new EnhancedStatusCode(4, 5, 0);
      case OURS -> new EnhancedStatusCode(4, 3, 0);
    };
  }

  /** Whether the host said 2yz. */
  public boolean isPositive() {
    return reply != null && reply.isPositive();
  }

  /** Whether the host said 3yz. */
  public boolean isIntermediate() {
    return reply != null && reply.isIntermediate();
  }

  /** Whether it failed for this reason. */
  public boolean failedBy(Kind kind) {
    return failure != null && failure.kind() == kind;
  }

  /**
   * Whether the host may have taken the mail although it did not say so (RFC 5321, section 4.5.4.1
   * makes it try again, which may deliver twice).
   */
  public boolean isAmbiguous() {
    return phase == Phase.FINAL_DOT && failure != null;
  }

  /** For a log. */
  @Override
  public String toString() {
    if (failure == null) {
      return String.valueOf(reply);
    }
    return isAmbiguous() ? failure.text() + "; it may have taken the mail" : failure.text();
  }
}
