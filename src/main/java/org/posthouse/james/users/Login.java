/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.users;

import java.util.Optional;
import org.apache.james.core.Username;
import org.apache.james.protocols.api.Response;
import org.apache.james.protocols.smtp.SMTPSession;
import org.posthouse.james.EventText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One attempt to log in, and its line in the log when it succeeds; reception logs refusals. */
record Login(SMTPSession session, String mechanism, String user, String password) {
  private static final Logger LOGGER = LoggerFactory.getLogger("org.posthouse.login");

  /** The name for James; empty when James has no such names. */
  Optional<Username> username() {
    try {
      return Optional.of(Username.of(user));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  void log(Response reply) {
    LOGGER.info(
        "login reply={} user={} credential={} mechanism={} client={}",
        reply.getRetCode(),
        EventText.word(user),
        credential(),
        mechanism,
        session.getRemoteAddress().getAddress().getHostAddress());
  }

  private String credential() {
    return session
        .getAttachment(
            FileAuthHook.CREDENTIAL,
            org.apache.james.protocols.api.ProtocolSession.State.Connection)
        .orElse("-");
  }

  /** Without the password. */
  @Override
  public String toString() {
    return "Login[" + EventText.word(user) + ", " + mechanism + "]";
  }
}
