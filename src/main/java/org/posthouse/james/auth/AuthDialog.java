/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.auth;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.Duration;
import java.util.Base64;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.james.core.Username;
import org.apache.james.protocols.api.ProtocolSession.State;
import org.apache.james.protocols.api.Response;
import org.apache.james.protocols.api.handler.LineHandler;
import org.apache.james.protocols.smtp.SMTPSession;
import org.jspecify.annotations.Nullable;
import org.posthouse.identity.CheckResult;
import org.posthouse.identity.guess.Attempt;
import org.posthouse.identity.sasl.Mechanism;
import org.posthouse.identity.sasl.SaslExchange;
import org.posthouse.identity.sasl.Step;
import org.posthouse.james.RefusalReason;
import org.posthouse.james.Reply;
import org.posthouse.james.command.RelaySession;

/**
 * One AUTH command, up to its reply: base64, cancelling, and the waits for a check or because a
 * guess was wrong. A null for a reply says that it comes later.
 */
final class AuthDialog {
  private final RelaySession session;
  private final Mechanism mechanism;
  private final SaslExchange exchange;
  private final Checks checks;
  private final AuthParts parts;

  /** What a hook wants to have said of the end. */
  private @Nullable Response wording;

  /** Whether the failure that is about to be told is counted already. */
  private boolean counted;

  /** Whether others, checked at the same time, have brought a block about. */
  private boolean overtaken;

  /** Whether the session has waited already, and the next reply has to end that. */
  private boolean concluding;

  AuthDialog(
      RelaySession session,
      Mechanism mechanism,
      SaslExchange exchange,
      Checks checks,
      AuthParts parts) {
    this.session = session;
    this.mechanism = mechanism;
    this.exchange = exchange;
    this.checks = checks;
    this.parts = parts;
  }

  /**
   * @param initial the initial response in base64, {@code =} for an empty one (RFC 4954 section 4)
   */
  @Nullable Response begin(Optional<String> initial) {
    if (initial.isEmpty()) {
      return act(exchange.begin(Optional.empty()));
    }
    Optional<String> text = decoded(initial.get().equals("=") ? "" : initial.get().strip());
    return text.isPresent() ? act(exchange.begin(text)) : AuthReplies.MALFORMED;
  }

  /** Java takes base64 without its padding, too; RFC 4954 section 4 does not. */
  private static Optional<String> decoded(String base64) {
    if (base64.length() % 4 != 0) {
      return Optional.empty();
    }
    try {
      byte[] octets = Base64.getDecoder().decode(base64);
      return Optional.of(UTF_8.newDecoder().decode(ByteBuffer.wrap(octets)).toString());
    } catch (IllegalArgumentException | CharacterCodingException e) {
      return Optional.empty();
    }
  }

  private @Nullable Response act(Step step) {
    exchange
        .login()
        .ifPresent(name -> session.setAttachment(AuthCommand.TRIED, name, State.Connection));
    if (step instanceof Step.Failure failure) {
      return fail(failure);
    }
    boolean named = exchange.login().isPresent() || step instanceof Step.Check;
    if (!counted && named && isBlocked()) {
      session.refuseFor(RefusalReason.GUESSING);
      return concluding
          ? AuthReplies.BLOCKED
          : after(parts.guard().longestDelay(), AuthReplies.BLOCKED);
    }
    if (step instanceof Step.Challenge challenge) {
      return ask(challenge);
    }
    return step instanceof Step.Check check
        ? check(check.question())
        : accept(((Step.Success) step).accepted());
  }

  /** Whoever is not listened to is not told either whether it was right. */
  private boolean isBlocked() {
    return mechanism.guess() != Mechanism.Guess.NONE
        && parts.guard().blocked(attempt()).isPresent();
  }

  private Attempt attempt() {
    return new Attempt(
        session.client().address().getAddress(),
        exchange.login().orElse(""),
        mechanism.guess() == Mechanism.Guess.OF_PASSWORD);
  }

  private Response ask(Step.Challenge challenge) {
    session.openExchange(new Answer());
    return Reply.of("334", Base64.getEncoder().encodeToString(challenge.text().getBytes(UTF_8)));
  }

  /** One line of the client's: {@code *} ends the dialog. */
  private final class Answer implements LineHandler<SMTPSession> {
    @Override
    @SuppressWarnings("NullAway") // James takes null for "no reply yet".
    public @Nullable Response onLine(SMTPSession ignored, byte[] line) {
      session.closeExchange();
      String text = new String(line, US_ASCII).strip();
      if (text.equals("*")) {
        return AuthReplies.CANCELLED;
      }
      Optional<String> response = decoded(text);
      return response.isPresent() ? act(exchange.next(response.get())) : AuthReplies.MALFORMED;
    }
  }

  private @Nullable Response check(Step.Question question) {
    boolean known = parts.guard().isKnown(attempt());
    if (!known && !parts.turns().tryAcquire()) {
      session.refuseFor(RefusalReason.unavailable("too many strangers wait for a check"));
      return after(parts.guard().longestDelay(), AuthReplies.TEMPORARY);
    }
    CompletableFuture<Verdict> verdict = checks.ask(session, question).toCompletableFuture();
    if (!known) {
      CompletableFuture<?> unused = verdict.whenComplete((found, e) -> parts.turns().release());
    }
    if (verdict.isDone()) {
      Verdict found = verdict.join();
      return isUnknown(found.result())
          ? after(countedDelay(question, found.result()), concluded(found))
          : conclude(found);
    }
    session.suspension().begin();
    CompletableFuture<?> unused =
        verdict.whenComplete(
            (found, e) ->
                wait(
                    countedDelay(question, found.result()),
                    () -> session.suspension().end(() -> concluded(found))));
    return null;
  }

  /** Counted here, so that the wait begins while the session waits anyway. */
  private Duration countedDelay(Step.Question question, CheckResult result) {
    if (!result.guessed()) {
      return Duration.ZERO;
    }
    counted = true;
    overtaken = isBlocked();
    if (overtaken) {
      return parts.guard().longestDelay();
    }
    return isUnknown(result)
        ? parts.guard().unsure(attempt(), secret(question))
        : parts.guard().failed(attempt());
  }

  private static String secret(Step.Question question) {
    return question instanceof Step.PasswordQuestion asked
        ? asked.password()
        : ((Step.TokenQuestion) question).token();
  }

  /** One source could not be asked, perhaps the owner's; others are asked by who guesses too. */
  private static boolean isUnknown(CheckResult result) {
    return result.outcome() == CheckResult.Outcome.UNAVAILABLE;
  }

  private @Nullable Response conclude(Verdict verdict) {
    wording = verdict.reply();
    return act(exchange.checked(verdict.result()));
  }

  private Response concluded(Verdict verdict) {
    concluding = true;
    Response reply = Objects.requireNonNull(conclude(verdict), "a session waits once");
    concluding = false;
    return reply;
  }

  private @Nullable Response fail(Step.Failure failure) {
    Response reply = wording == null ? AuthReplies.of(failure) : wording;
    reason(failure).ifPresent(session::refuseFor);
    boolean rejected = failure.reason() == Step.Reason.REJECTED;
    if (rejected && (overtaken || (!counted && isBlocked()))) {
      session.refuseFor(RefusalReason.GUESSING);
      return AuthReplies.BLOCKED;
    }
    return rejected && !counted ? after(parts.guard().failed(attempt()), reply) : reply;
  }

  private static Optional<RefusalReason> reason(Step.Failure failure) {
    return switch (failure.reason()) {
      case UNAVAILABLE -> Optional.of(RefusalReason.unavailable(failure.detail()));
      case REJECTED ->
          Optional.of(
              failure.detail().isEmpty()
                  ? RefusalReason.LOGIN
                  : RefusalReason.LOGIN.quoting("error", failure.detail()));
      case REFUSED, NOT_AS_OTHER -> Optional.of(RefusalReason.LOGIN);
      case MALFORMED -> Optional.empty();
    };
  }

  private @Nullable Response after(Duration delay, Response reply) {
    if (delay.isZero()) {
      return reply;
    }
    session.suspension().begin();
    parts.later().run(delay, () -> session.suspension().end(() -> reply));
    return null;
  }

  private void wait(Duration delay, Runnable then) {
    if (delay.isZero()) {
      then.run();
    } else {
      parts.later().run(delay, then);
    }
  }

  private Response accept(CheckResult accepted) {
    String name = String.valueOf(accepted.identity());
    Optional<Username> username = ExtensionHooks.username(name);
    if (username.isEmpty() || accepted.identity() == null) {
      session.refuseFor(RefusalReason.unavailable("James takes no such name: " + name));
      return AuthReplies.TEMPORARY;
    }
    session.setUsername(username.get());
    session.setRelayingAllowed(true);
    Authentication who =
        new Authentication(
            accepted.identity(),
            mechanism.registeredName(),
            String.valueOf(accepted.credential()),
            accepted.verifier());
    who.keep(session);
    if (mechanism.guess() != Mechanism.Guess.NONE) {
      parts.guard().succeeded(attempt());
    }
    LoginLog.success(session, exchange.login().orElse(name), who);
    return wording == null ? AuthReplies.SUCCESS : wording;
  }
}
