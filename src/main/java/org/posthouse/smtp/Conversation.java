/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.smtp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.posthouse.envelope.SmtpReply;
import org.posthouse.smtp.Answer.Failure;
import org.posthouse.smtp.Answer.Kind;

/**
 * A connection as questions and answers: replies belong to questions in order (RFC 2920), and every
 * question is answered, by a failure when nothing else comes. Used on its event loop only.
 */
final class Conversation extends ChannelInboundHandlerAdapter {
  private static final byte[] CRLF = {'\r', '\n'};

  /** How often it is seen whether others wait for the connection. */
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** One question that waits. */
  static final class Question {
    private Phase phase;
    private final CompletableFuture<Answer> answer = new CompletableFuture<>();

    private Question(Phase phase) {
      this.phase = phase;
    }

    CompletableFuture<Answer> answer() {
      return answer;
    }
  }

  private final Channel channel;
  private final EventLoop loop;
  private final Timeouts timeouts;
  private final Patience patience;
  private final ReplyDecoder decoder = new ReplyDecoder();
  private final Queue<Question> questions = new ArrayDeque<>();
  private List<String> secrets = List.of();
  private @Nullable Failure end;
  private @Nullable ScheduledFuture<?> timer;
  private long timerAt;
  private long since;
  private long deadline;

  Conversation(Channel channel, Timeouts timeouts, Patience patience) {
    this.channel = channel;
    this.loop = channel.eventLoop();
    this.timeouts = timeouts;
    this.patience = patience;
    channel.pipeline().addLast(decoder, this);
  }

  Channel channel() {
    return channel;
  }

  /** Whether something can still be asked. */
  boolean isOpen() {
    return end == null && channel.isActive();
  }

  /** Writes a command, which {@link #flush} sends. */
  CompletableFuture<Answer> ask(Phase phase, String command) {
    put(command);
    return expect(phase).answer();
  }

  /** Writes a command whose reply is expected already, or otherwise. */
  void put(String command) {
    if (end == null) {
      ChannelFuture unused = channel.write(line(command));
    }
  }

  /** Writes a command, sends it with all before it. */
  CompletableFuture<Answer> askNow(Phase phase, String command) {
    CompletableFuture<Answer> answer = ask(phase, command);
    flush();
    return answer;
  }

  private ByteBuf line(String command) {
    for (int i = 0; i < command.length(); i++) {
      if (command.charAt(i) < ' ' || command.charAt(i) == 0x7f) {
        throw new IllegalArgumentException("a command with a control character");
      }
    }
    ByteBuf line = channel.alloc().buffer(command.length() + 2);
    ByteBufUtil.writeUtf8(line, command);
    return line.writeBytes(CRLF);
  }

  /** Expects a reply without a command. */
  Question expect(Phase phase) {
    Question question = new Question(phase);
    if (end != null) {
      question.answer.complete(Answer.failed(phase, end));
    } else {
      questions.add(question);
      if (questions.size() == 1) {
        restartTime(phase);
      }
    }
    return question;
  }

  /** From here on the host has everything of what the question is about. */
  void advance(Question question, Phase phase) {
    question.phase = phase;
    if (questions.peek() == question) {
      restartTime(phase);
    }
  }

  void flush() {
    channel.flush();
  }

  /**
   * Makes the rest of the conversation secret. Empty when it is; what came in clear behind the
   * reply to STARTTLS was put there by somebody else (RFC 3207, section 6).
   */
  CompletableFuture<Optional<Answer>> secure(SslHandler handler) {
    if (!decoder.isAtRest()) {
      Failure failure = fail(Kind.TLS, "more than a reply came before the handshake");
      return CompletableFuture.completedFuture(Optional.of(Answer.failed(Phase.TLS, failure)));
    }
    CompletableFuture<Optional<Answer>> done = new CompletableFuture<>();
    handler.setHandshakeTimeoutMillis(timeouts.of(Phase.TLS).toMillis());
    channel.pipeline().addFirst(handler);
    handler
        .handshakeFuture()
        .addListener(
            handshake -> {
              Throwable cause = handshake.cause();
              if (cause == null) {
                done.complete(Optional.empty());
              } else {
                Failure failure = fail(Kind.TLS, "the TLS handshake failed: " + reason(cause));
                done.complete(Optional.of(Answer.failed(Phase.TLS, failure)));
              }
            });
    return done;
  }

  static String reason(Throwable cause) {
    Throwable deepest = cause;
    while (deepest.getCause() != null && deepest.getCause() != deepest) {
      deepest = deepest.getCause();
    }
    String message = deepest.getMessage();
    return message == null ? deepest.getClass().getSimpleName() : message;
  }

  /** Ends it; whatever waits is answered with this. The first end is the one that counts. */
  Failure fail(Kind kind, String text) {
    if (end == null) {
      Failure failure = Failure.of(kind, text);
      end = failure;
      ChannelFuture unused = channel.close();
      for (Question next = questions.poll(); next != null; next = questions.poll()) {
        next.answer.complete(Answer.failed(next.phase, failure));
      }
      return failure;
    }
    return end;
  }

  /** Ends it if the reply that is waited for is one of a phase. */
  void breakOff(Phase phase) {
    Question question = questions.peek();
    if (question != null && question.phase == phase) {
      fail(Kind.CLOSED, "the relay stopped before the host answered");
    }
  }

  /** What a host repeats of this is made unreadable. */
  void hide(List<String> words) {
    secrets = words;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    SmtpReply reply = ((SmtpReply) message).without(secrets);
    Question question = questions.poll();
    if (question == null) {
      // Most often 421: it does not want to wait for the next mail.
      fail(Kind.CLOSED, "the host ended the session: " + reply);
      return;
    }
    Question next = questions.peek();
    if (next != null) {
      restartTime(next.phase);
    }
    question.answer.complete(Answer.replied(question.phase, reply));
  }

  /** After close_notify nothing can come any more, however long TCP stays open. */
  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof SslCloseCompletionEvent) {
      fail(Kind.CLOSED, "the host closed the connection");
    }
    context.fireUserEventTriggered(event);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    fail(Kind.CLOSED, "the host closed the connection");
    context.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (cause instanceof DecoderException && cause.getCause() instanceof SSLException) {
      fail(Kind.TLS, "TLS broke off: " + reason(cause));
    } else if (cause instanceof DecoderException) {
      fail(Kind.PROTOCOL, reason(cause));
    } else if (cause instanceof IOException) {
      fail(Kind.CLOSED, "the connection broke: " + reason(cause));
    } else {
      fail(Kind.OURS, "an error of the relay: " + cause);
    }
  }

  private void restartTime(Phase phase) {
    since = System.nanoTime();
    deadline = since + timeouts.of(phase).toNanos();
    if (timer == null || deadline - timerAt < 0) {
      if (timer != null) {
        timer.cancel(false);
      }
      await(deadline - since);
    }
  }

  /** One timer runs for all questions: most are answered long before it looks. */
  private void await(long nanos) {
    long wait = Math.min(nanos, LOOK_NANOS);
    timerAt = System.nanoTime() + wait;
    timer = loop.schedule(this::look, wait, TimeUnit.NANOSECONDS);
  }

  private void look() {
    Question question = questions.peek();
    long now = System.nanoTime();
    long left = deadline - now;
    timer = null;
    if (question == null || end != null) {
      return;
    }
    if (question.phase.isEarly() && patience.isOver(now - since)) {
      fail(
          Kind.TIMEOUT,
          "the host did not answer in "
              + patience.most().toSeconds()
              + " s, and others wait for the connection");
    } else if (left > 0) {
      await(left);
    } else {
      fail(
          Kind.TIMEOUT,
          "the host did not answer in " + timeouts.of(question.phase).toSeconds() + " s");
    }
  }

  /** Writes octets of a message; the future tells when the system has taken them. */
  ChannelFuture write(ByteBuf octets) {
    return channel.writeAndFlush(octets);
  }
}
