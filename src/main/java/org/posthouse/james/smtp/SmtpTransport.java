/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.smtp;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSession;
import org.apache.james.protocols.api.ProtocolSession;
import org.apache.james.protocols.netty.Encryption;
import org.apache.james.protocols.netty.HandlerConstants;
import org.apache.james.protocols.netty.NettyProtocolTransport;
import org.jspecify.annotations.Nullable;
import org.posthouse.james.RefusalReason;
import org.posthouse.james.command.Client;
import org.posthouse.james.command.RelaySession;
import org.posthouse.james.command.Suspension;
import org.posthouse.james.command.TlsTransport;

/**
 * Writes replies from the handlers' threads. Starting TLS is the one delicate reply: it must leave
 * in clear, the very next byte read must be TLS, and nothing the client sent before may still wait.
 * All three are decided in one task on the IO thread, in which nothing can be read.
 */
final class SmtpTransport extends NettyProtocolTransport implements TlsTransport {
  private static final String REFUSAL = "503 5.5.1 Nothing may follow STARTTLS before its reply";

  private static final int LAST_WORD_SECONDS = 5;

  private final Channel channel;
  private final @Nullable Encryption encryption;
  private final Refusals refusals;

  private final ErrorBound bounds;
  private final Suspension suspension;

  SmtpTransport(
      Channel channel,
      @Nullable Encryption encryption,
      boolean proxyRequired,
      Refusals refusals,
      ErrorBound bounds,
      Suspension suspension) {
    super(channel, encryption, proxyRequired);
    this.bounds = bounds;
    this.suspension = suspension;
    this.channel = channel;
    this.encryption = encryption;
    this.refusals = refusals;
  }

  Client client() {
    return Entrance.client(channel);
  }

  Suspension suspension() {
    return suspension;
  }

  @Override
  public Optional<SSLSession> tlsSession() {
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    return tls == null ? Optional.empty() : Optional.of(tls.engine().getSession());
  }

  @Override
  protected void writeToClient(byte[] text, ProtocolSession session, boolean startTls) {
    byte[] bytes = refusals.answersHello() ? text : EnhancedReply.complete(text);
    if (((RelaySession) session).takeAccepted()) {
      bounds.forgive();
      Seat seat = Seat.of(channel);
      if (seat != null) {
        seat.progressed();
      }
    }
    refusals.onReply(session, bytes);
    if (bounds.isExceededBy(bytes)) {
      hangUp(session, "421 4.7.0 Too many errors", RefusalReason.of("bound"));
      return;
    }
    if (!startTls) {
      write(bytes, ChannelFutureListener.CLOSE_ON_FAILURE);
      return;
    }
    // The IO thread never waits for us, so waiting for it cannot deadlock.
    boolean started =
        Boolean.TRUE.equals(
            channel.eventLoop().submit(() -> startTls(bytes)).awaitUninterruptibly().getNow());
    if (started) {
      ((RelaySession) session).forgetGreeting();
    } else {
      refusals.onHangUp(session, REFUSAL, RefusalReason.ofReply(REFUSAL));
      session.pushLineHandler((ignored, line) -> null);
    }
  }

  /** A last word; what the client sends from now on is not looked at. */
  void hangUp(ProtocolSession session, String reply, RefusalReason reason) {
    refusals.onHangUp(session, reply, reason);
    writeLast(reply);
    // Whoever does not read, or has not finished a handshake, would never have it.
    Future<?> unused =
        channel.eventLoop().schedule(this::cutOff, LAST_WORD_SECONDS, TimeUnit.SECONDS);
    session.pushLineHandler((ignored, line) -> null);
  }

  private boolean startTls(byte[] reply) {
    ChannelPipeline pipeline = channel.pipeline();
    LineFramer framer = (LineFramer) pipeline.get(HandlerConstants.FRAMER);
    if (encryption == null || framer == null || framer.hasMoreThanCurrentLine()) {
      writeLast(REFUSAL);
      return false;
    }
    write(reply, ChannelFutureListener.CLOSE_ON_FAILURE);
    pipeline.addFirst(HandlerConstants.SSL_HANDLER, encryption.sslHandler());
    return true;
  }

  private void cutOff() {
    ChannelFuture unused = channel.close();
  }

  private void writeLast(String reply) {
    write((reply + "\r\n").getBytes(StandardCharsets.US_ASCII), ChannelFutureListener.CLOSE);
  }

  private void write(byte[] bytes, ChannelFutureListener then) {
    channel.writeAndFlush(Unpooled.wrappedBuffer(bytes)).addListener(then);
  }
}
