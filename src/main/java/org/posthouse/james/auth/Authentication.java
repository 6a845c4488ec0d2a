/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.auth;

import java.util.Optional;
import org.apache.james.protocols.api.ProtocolSession;
import org.apache.james.protocols.api.ProtocolSession.AttachmentKey;
import org.apache.james.protocols.api.ProtocolSession.State;
import org.jspecify.annotations.Nullable;
import org.posthouse.identity.Identity;
import org.posthouse.identity.ScramVerifier;

/**
 * Who has logged in on a connection, and how.
 *
 * @param mechanism its registered name, such as {@code SCRAM-SHA-256}
 * @param credential which of the identity's credentials opened; {@code -} where it has no name
 * @param verifier what its secret was compared with; null where the source does not show it
 */
public record Authentication(
    Identity identity, String mechanism, String credential, @Nullable ScramVerifier verifier) {
  private static final AttachmentKey<Authentication> KEY =
      AttachmentKey.of("org.posthouse.authentication", Authentication.class);

  /** That of the connection; empty before a login. */
  public static Optional<Authentication> of(ProtocolSession session) {
    return session.getAttachment(KEY, State.Connection);
  }

  void keep(ProtocolSession session) {
    session.setAttachment(KEY, this, State.Connection);
  }
}
