/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.smtp;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.util.concurrent.EventExecutorGroup;
import java.net.InetAddress;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.james.protocols.netty.Encryption;
import org.apache.james.protocols.netty.HandlerConstants;
import org.jspecify.annotations.Nullable;
import org.posthouse.james.command.LeastSpeed;

/**
 * A connection's handlers. Unlike in stock, TLS and framing run on the connection's IO thread and
 * the SMTP handlers on {@link HandlerThreads}: the IO thread never blocks, and framing cannot run
 * on while TLS is being started.
 */
@ChannelHandler.Sharable
final class SmtpPipeline extends ChannelInitializer<SocketChannel> {
  /**
   * What a door wants of its connections.
   *
   * @param timeoutSeconds how long a client may be silent; 0 is for ever
   * @param counts those that a connection must find room in
   * @param standing of an address: for those that are known there is more room
   * @param slowest how fast a message must come
   * @param isProxy whether a peer begins with a header that says for whom it speaks
   */
  record Terms(
      int timeoutSeconds,
      List<SessionCounts> counts,
      Function<InetAddress, Standing> standing,
      LeastSpeed slowest,
      Predicate<InetAddress> isProxy) {}

  private final Terms terms;
  private final Supplier<@Nullable Encryption> encryption;
  private final EventExecutorGroup handlerThreads;
  private final Sessions sessions;
  private final Supplier<ChannelInboundHandlerAdapter> sessionHandlers;

  SmtpPipeline(
      Terms terms,
      Supplier<@Nullable Encryption> encryption,
      EventExecutorGroup handlerThreads,
      Sessions sessions,
      Supplier<ChannelInboundHandlerAdapter> sessionHandlers) {
    this.terms = terms;
    this.encryption = encryption;
    this.handlerThreads = handlerThreads;
    this.sessions = sessions;
    this.sessionHandlers = sessionHandlers;
  }

  @Override
  protected void initChannel(SocketChannel channel) {
    ChannelPipeline pipeline = channel.pipeline();
    if (terms.isProxy().test(channel.remoteAddress().getAddress())) {
      pipeline.addLast(HandlerConstants.PROXY_HANDLER, new HAProxyMessageDecoder());
      pipeline.addLast(new ProxyHeader());
    }
    Encryption tls = encryption.get();
    boolean implicit = tls != null && tls.supportsEncryption() && !tls.isStartTLS();
    pipeline.addLast(new Entrance(terms.counts(), terms.standing(), implicit));
    if (tls != null && implicit) {
      pipeline.addLast(HandlerConstants.SSL_HANDLER, tls.sslHandler());
    }
    pipeline.addLast(HandlerConstants.FRAMER, new LineFramer(terms.slowest()));
    pipeline.addLast(HandlerConstants.TIMEOUT_HANDLER, silence(terms.timeoutSeconds()));
    pipeline.addLast(
        new Silence(
            Seat.PATIENCE_SECONDS + 1, // when patience has ended, not a moment before
            Misconduct.IN_THE_WAY,
            () -> terms.counts().stream().anyMatch(SessionCounts::isCrowded)));
    pipeline.addLast(handlerThreads, HandlerConstants.CORE_HANDLER, sessionHandlers.get());
    sessions.add(channel);
  }

  private static Silence silence(int seconds) {
    return new Silence(seconds, Misconduct.SILENT, () -> true);
  }
}
