/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery;

import org.posthouse.envelope.EnhancedStatusCode;
import org.posthouse.smtp.Answer;
import org.posthouse.smtp.Phase;

/**
 * Why a mail waits, and until when.
 *
 * @param until in milliseconds since the epoch; 0 when that depends on others
 * @param detail for a person: the site, or what went wrong last
 */
public record Wait(Reason reason, long until, String detail) {
  /** What it waits for. */
  public enum Reason {
    /** The DNS has not told its hosts yet. */
    DNS,
    /** Others are served first, by as many connections as the site takes. */
    WINDOW,
    /** The site gets no more in this time. */
    RATE,
    /** The site cannot be reached, and is left alone for a while. */
    BACK_OFF,
    /** No address that the relay sends from leads to the site; it is left alone for a while. */
    NO_SOURCE,
    /** The relay has no more connections, or the destination that the site belongs to has none. */
    CONNECTIONS,
    /** An attempt is under way. */
    ATTEMPT,
    /** An attempt has failed, and the next has its time. */
    RETRY,
    /** A person or a rule has suspended it. */
    SUSPENDED,
    /** It waits until a person decides. */
    HELD,
    /** It is due, and about to be taken. */
    DUE
  }

  /** RFC 3463: mail system congestion. */
  private static final EnhancedStatusCode CONGESTION = new EnhancedStatusCode(4, 4, 5);

  /** What to say of a mail for which nothing was tried, since it had to wait. */
  Answer answer() {
    String why =
        switch (reason) {
          case RATE -> "the relay sends no more mail there in this time";
          case CONNECTIONS -> "the relay had no connection left for it";
          default -> "others were served first";
        };
    return new Answer(
        Phase.CONNECT,
        null,
        new Answer.Failure(
            Answer.Kind.OURS, "its turn has not come: " + why + " (" + detail + ")", CONGESTION));
  }
}
