/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.smtp;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.concurrent.EventExecutorGroup;
import java.util.function.Supplier;
import org.apache.james.protocols.netty.AbstractSSLAwareChannelPipelineFactory;
import org.apache.james.protocols.netty.Encryption;
import org.apache.james.protocols.netty.HandlerConstants;
import org.jspecify.annotations.Nullable;

/**
 * A connection's handlers. Unlike in stock, TLS and framing run on the connection's IO thread and
 * the SMTP handlers on {@link HandlerThreads}: the IO thread never blocks, and framing cannot run
 * on while TLS is being started.
 */
@ChannelHandler.Sharable
final class SmtpPipeline extends AbstractSSLAwareChannelPipelineFactory<SocketChannel> {
  /**
   * Limits of a server; 0 is none.
   *
   * @param timeoutSeconds how long a client may be silent
   */
  record Limits(int timeoutSeconds, int connections, int connectionsPerIp, boolean proxyRequired) {}

  private final EventExecutorGroup handlerThreads;
  private final Sessions sessions;
  private final Supplier<ChannelInboundHandlerAdapter> sessionHandlers;

  @SuppressWarnings("NullAway") // The framer's executor may be null: the IO thread.
  SmtpPipeline(
      Limits limits,
      Supplier<@Nullable Encryption> encryption,
      EventExecutorGroup handlerThreads,
      Sessions sessions,
      Supplier<ChannelInboundHandlerAdapter> sessionHandlers) {
    super(
        limits.timeoutSeconds(),
        limits.connections(),
        limits.connectionsPerIp(),
        limits.proxyRequired(),
        encryption,
        pipeline -> new LineFramer(),
        null);
    this.handlerThreads = handlerThreads;
    this.sessions = sessions;
    this.sessionHandlers = sessionHandlers;
  }

  @Override
  public void initChannel(SocketChannel channel) throws Exception {
    super.initChannel(channel);
    ChannelPipeline pipeline = channel.pipeline();
    pipeline.remove(HandlerConstants.CORE_HANDLER);
    pipeline.addLast(handlerThreads, HandlerConstants.CORE_HANDLER, sessionHandlers.get());
    sessions.add(channel);
  }

  /** Stock adds this on the IO thread; {@link #initChannel} puts the real one in its place. */
  @Override
  protected ChannelInboundHandlerAdapter createHandler() {
    return new ChannelInboundHandlerAdapter();
  }
}
