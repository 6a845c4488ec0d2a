/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.smtp;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an attempt to reach one of several candidates came to.
 *
 * @param session ready for mail; null when none was reached
 * @param at the candidate of the session, with the settings that it was begun with; null without
 * @param failed who was asked before, in order, and why that came to nothing; a candidate whose
 *     handshake failed may stand here and be the one that was then reached in clear
 */
public record Reach(@Nullable SmtpSession session, @Nullable Candidate at, List<Failed> failed) {
  /** A candidate that came to nothing. */
  public record Failed(Candidate at, Answer answer) {}

  public Reach {
    failed = List.copyOf(failed);
    if ((session == null) != (at == null)) {
      throw new IllegalArgumentException("a session is with somebody");
    }
  }
}
