/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.posthouse.envelope.EnhancedStatusCode;
import org.posthouse.envelope.SmtpReply;
import org.posthouse.smtp.Answer;
import org.posthouse.smtp.TlsLevel;
import org.posthouse.smtp.TlsSession;

/**
 * What one attempt to deliver a mail came to.
 *
 * @param outcomes of those who were asked for, one for each
 * @param others of all who are not among them; null when nothing was tried for them
 * @param notBefore when the site is tried again, in milliseconds since the epoch; 0 when that is up
 *     to the mail
 */
public record Attempt(List<Outcome> outcomes, @Nullable Outcome others, long notBefore) {
  /**
   * What became of a recipient.
   *
   * @param recipient the forward-path without angle brackets; empty in {@link Attempt#others}
   * @param answer what decided it
   * @param peer who was asked last; null when nobody was
   */
  public record Outcome(
      String recipient, FailurePolicy.Ruling ruling, Answer answer, @Nullable Peer peer) {
    /** The answer as it stands in a log. */
    public String text() {
      return answer.toString();
    }

    /** Who was asked, as a log has it; null when nobody was. */
    public @Nullable String host() {
      return peer == null ? null : peer.host();
    }

    /** Whether anything was tried: whoever waits for his turn uses up no attempt. */
    public boolean isTried() {
      return peer != null || !answer.failedBy(Answer.Kind.OURS);
    }

    /** What to tell a sender: the host's own code, or ours where it gave none. */
    public EnhancedStatusCode status() {
      SmtpReply reply = answer.reply();
      if (reply != null) {
        return reply
            .enhanced()
            .orElseGet(() -> new EnhancedStatusCode(reply.isPermanent() ? 5 : 4, 0, 0));
      }
      return answer.failure() == null ? new EnhancedStatusCode(4, 0, 0) : answer.failure().status();
    }
  }

  /**
   * A host that was asked.
   *
   * @param host as a log has it: {@code mx.example.net[192.0.2.1]:25}
   * @param wanted how far sessions with it must be protected; null when none was begun
   * @param tls how the session was protected; null when it was not
   * @param dsn whether it was told what the sender wants to hear (RFC 3461)
   * @param deliverBy whether it was told by when the mail is to be delivered (RFC 2852)
   */
  public record Peer(
      String host,
      @Nullable TlsLevel wanted,
      @Nullable TlsSession tls,
      boolean dsn,
      boolean deliverBy) {
    /**
     * How the session was protected, as a log has it: {@code none}, or the protocol, with {@code
     * verified} where the certificate proves the name.
     */
    public String protection() {
      return tls == null ? "none" : tls.protocol() + (tls.isVerified() ? ",verified" : "");
    }

    /** Its name alone. */
    public String name() {
      int end = host.indexOf('[');
      return end > 0 ? host.substring(0, end) : host;
    }
  }

  public Attempt {
    outcomes = List.copyOf(outcomes);
  }

  /** Whether a host has answered for one of the recipients, or may have his mail. */
  boolean isAnswered() {
    return outcomes.stream()
        .map(Outcome::answer)
        .anyMatch(answer -> answer.reply() != null || answer.isAmbiguous());
  }

  /** The same came of all recipients. */
  static Attempt same(
      Answer answer, FailurePolicy.Ruling ruling, @Nullable String host, long notBefore) {
    return new Attempt(
        List.of(),
        new Outcome(
            "", ruling, answer, host == null ? null : new Peer(host, null, null, false, false)),
        notBefore);
  }
}
