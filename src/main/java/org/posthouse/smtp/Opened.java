/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.smtp;

import org.jspecify.annotations.Nullable;

/**
 * What an attempt to begin a session came to: exactly one of the two is there.
 *
 * @param session ready for mail
 * @param failure the answer that ended it
 */
public record Opened(@Nullable SmtpSession session, @Nullable Answer failure) {
  public Opened {
    if ((session == null) == (failure == null)) {
      throw new IllegalArgumentException("a session or a failure");
    }
  }

  static Opened failed(Answer failure) {
    return new Opened(null, failure);
  }
}
