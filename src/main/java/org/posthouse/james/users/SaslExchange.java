/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.users;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import org.apache.james.protocols.api.Response;
import org.apache.james.protocols.api.handler.LineHandler;
import org.apache.james.protocols.smtp.SMTPSession;
import org.jspecify.annotations.Nullable;

/** The dialogs of PLAIN (RFC 4616) and LOGIN (a draft, but everywhere), up to name and password. */
final class SaslExchange {
  /** What is done with the name and password of a dialog; null when the reply comes later. */
  @FunctionalInterface
  interface Verification {
    @Nullable Response verify(SMTPSession session, String mechanism, String user, String password);
  }

  /** What is done with the client's next response. */
  @FunctionalInterface
  private interface Step {
    @Nullable Response take(SMTPSession session, String decoded);
  }

  private final Verification verification;

  SaslExchange(Verification verification) {
    this.verification = verification;
  }

  /**
   * @param initial the initial response in base64, {@code =} for an empty one (RFC 4954 section 4)
   */
  @Nullable Response plain(SMTPSession session, Optional<String> initial) {
    return initial.isPresent()
        ? decode(session, initial.get(), this::plainMessage)
        : ask(session, AuthReplies.SEND_PLAIN, this::plainMessage);
  }

  @Nullable Response login(SMTPSession session, Optional<String> initial) {
    return initial.isPresent()
        ? decode(session, initial.get(), this::loginUser)
        : ask(session, AuthReplies.SEND_USER, this::loginUser);
  }

  private @Nullable Response plainMessage(SMTPSession session, String message) {
    String[] parts = message.split("\0", -1);
    if (parts.length != 3 || parts[1].isEmpty()) {
      return AuthReplies.NOT_BASE64;
    }
    if (!parts[0].isEmpty() && !lower(parts[0]).equals(lower(parts[1]))) {
      return AuthReplies.NOT_AS_OTHER;
    }
    return verification.verify(session, "PLAIN", parts[1], parts[2]);
  }

  private @Nullable Response loginUser(SMTPSession session, String user) {
    return ask(
        session,
        AuthReplies.SEND_PASSWORD,
        (s, password) -> verification.verify(s, "LOGIN", user, password));
  }

  private static Response ask(SMTPSession session, Response prompt, Step step) {
    session.pushLineHandler(new Answer(step));
    return prompt;
  }

  /** One line of the client's: {@code *} ends the dialog. */
  private record Answer(Step step) implements LineHandler<SMTPSession> {
    @Override
    @SuppressWarnings("NullAway") // James takes null for "no reply yet".
    public @Nullable Response onLine(SMTPSession session, byte[] line) {
      session.popLineHandler();
      String text = new String(line, US_ASCII).strip();
      return text.equals("*") ? AuthReplies.CANCELLED : decode(session, text, step);
    }
  }

  private static @Nullable Response decode(SMTPSession session, String base64, Step step) {
    String decoded;
    try {
      byte[] octets = Base64.getDecoder().decode(base64.equals("=") ? "" : base64);
      decoded = UTF_8.newDecoder().decode(ByteBuffer.wrap(octets)).toString();
    } catch (IllegalArgumentException | CharacterCodingException e) {
      return AuthReplies.NOT_BASE64;
    }
    return step.take(session, decoded);
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
