/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.smtp;

import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.posthouse.envelope.SmtpReply;
import org.posthouse.smtp.Answer.Kind;

/** From the greeting to a session that takes mail: EHLO, STARTTLS, AUTH. On the event loop. */
final class Greeting {
  private final Conversation conversation;
  private final SessionSettings settings;
  private final TlsEngines engines;
  private final Executor readers;
  private final Clock clock;
  private Capabilities capabilities = Capabilities.NONE;
  private @Nullable TlsSession tls;

  Greeting(
      Conversation conversation,
      SessionSettings settings,
      TlsEngines engines,
      Executor readers,
      Clock clock) {
    this.conversation = conversation;
    this.settings = settings;
    this.engines = engines;
    this.readers = readers;
    this.clock = clock;
  }

  /** Each step gives the answer that ends the attempt, or nothing. */
  CompletableFuture<Opened> open() {
    return (settings.implicitTls() ? handshake() : nothing())
        .thenCompose(failure -> unless(failure, this::greeting))
        .thenCompose(failure -> unless(failure, this::hello))
        .thenCompose(failure -> unless(failure, this::protect))
        .thenCompose(failure -> unless(failure, this::login))
        .thenApply(this::opened);
  }

  private interface Step {
    CompletableFuture<Optional<Answer>> run();
  }

  private static CompletableFuture<Optional<Answer>> unless(Optional<Answer> failure, Step next) {
    return failure.isPresent() ? CompletableFuture.completedFuture(failure) : next.run();
  }

  private static CompletableFuture<Optional<Answer>> nothing() {
    return CompletableFuture.completedFuture(Optional.empty());
  }

  private static CompletableFuture<Optional<Answer>> failed(Answer answer) {
    return CompletableFuture.completedFuture(Optional.of(answer));
  }

  private Opened opened(Optional<Answer> failure) {
    SmtpSession session = new SmtpSession(conversation, capabilities, tls, readers, clock);
    if (failure.isEmpty()) {
      return new Opened(session, null);
    }
    if (session.isOpen()) {
      CompletableFuture<Void> unused = session.quit();
    }
    return Opened.failed(failure.get());
  }

  private CompletableFuture<Optional<Answer>> greeting() {
    return conversation.expect(Phase.GREETING).answer().thenApply(Greeting::unlessPositive);
  }

  private static Optional<Answer> unlessPositive(Answer answer) {
    return answer.isPositive() ? Optional.empty() : Optional.of(answer);
  }

  private CompletableFuture<Optional<Answer>> hello() {
    return conversation
        .askNow(Phase.EHLO, "EHLO " + settings.heloName())
        .thenCompose(
            answer -> {
              SmtpReply reply = answer.reply();
              if (reply != null && reply.isPositive()) {
                capabilities = Capabilities.of(reply);
                return nothing();
              }
              // A host from before RFC 1869; 421 and 4yz are no such thing.
              return reply != null && reply.isPermanent() ? oldHello() : failed(answer);
            });
  }

  private CompletableFuture<Optional<Answer>> oldHello() {
    capabilities = Capabilities.NONE;
    return conversation
        .askNow(Phase.EHLO, "HELO " + settings.heloName())
        .thenApply(Greeting::unlessPositive);
  }

  private CompletableFuture<Optional<Answer>> protect() {
    if (tls != null || settings.tls() == TlsLevel.NONE) {
      return nothing();
    }
    if (!capabilities.has("STARTTLS")) {
      return settings.tls().isRequired()
          ? failed(
              Answer.failed(Phase.STARTTLS, Kind.NOT_OFFERED, "the host does not offer STARTTLS"))
          : nothing();
    }
    return conversation
        .askNow(Phase.STARTTLS, "STARTTLS")
        .thenCompose(
            answer -> {
              if (answer.isPositive()) {
                return handshake().thenCompose(failure -> unless(failure, this::hello));
              }
              boolean inClear = answer.reply() != null && !settings.tls().isRequired();
              return inClear ? nothing() : failed(answer);
            });
  }

  private CompletableFuture<Optional<Answer>> handshake() {
    int port =
        conversation.channel().remoteAddress() instanceof InetSocketAddress address
            ? address.getPort()
            : 25;
    SslHandler handler = new SslHandler(engines.engine(settings.hostName(), port));
    return conversation
        .secure(handler)
        .thenApply(failure -> failure.isPresent() ? failure : judge(handler));
  }

  private Optional<Answer> judge(SslHandler handler) {
    TlsSession reached = TlsEngines.describe(handler.engine().getSession());
    tls = reached;
    if (settings.tls().isVerified() && !reached.isVerified()) {
      return Optional.of(
          Answer.failed(
              Phase.TLS,
              conversation.fail(Kind.TLS, "its certificate will not do: " + reached.problem())));
    }
    return Optional.empty();
  }

  private CompletableFuture<Optional<Answer>> login() {
    SessionSettings.Login login = settings.login();
    if (login == null) {
      return nothing();
    }
    if (tls == null && !login.evenInClear()) {
      return notOffered("the relay does not log in without TLS");
    }
    if (capabilities.hasMechanism("PLAIN")) {
      String secret = base64("\0" + login.name() + "\0" + login.password());
      conversation.hide(List.of(secret, login.password()));
      return ask("AUTH PLAIN " + secret).thenApply(Greeting::unlessPositive);
    }
    return capabilities.hasMechanism("LOGIN")
        ? plainly(login)
        : notOffered("the host offers neither AUTH PLAIN nor AUTH LOGIN");
  }

  private CompletableFuture<Optional<Answer>> notOffered(String why) {
    return failed(Answer.failed(Phase.AUTH, Kind.NOT_OFFERED, why));
  }

  /** AUTH LOGIN, which has no RFC. */
  private CompletableFuture<Optional<Answer>> plainly(SessionSettings.Login login) {
    conversation.hide(List.of(base64(login.password()), login.password()));
    return ask("AUTH LOGIN")
        .thenCompose(answer -> next(answer, login.name()))
        .thenCompose(answer -> next(answer, login.password()))
        .thenApply(Greeting::unlessPositive);
  }

  private CompletableFuture<Answer> next(Answer answer, String secret) {
    return answer.isIntermediate()
        ? ask(base64(secret))
        : CompletableFuture.completedFuture(answer);
  }

  private CompletableFuture<Answer> ask(String line) {
    return conversation.askNow(Phase.AUTH, line);
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
