/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.smtp;

import com.google.common.net.InetAddresses;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.ProtocolDetectionState;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.codec.haproxy.HAProxyProtocolException;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.posthouse.james.EventText;
import org.posthouse.james.RefusalReason;
import org.posthouse.james.command.Client;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for the header by which a proxy says whose connection it hands on (HAProxy's PROXY
 * protocol, versions 1 and 2); until then nobody behind this hears of the connection.
 */
final class ProxyHeader extends ChannelInboundHandlerAdapter {
  private static final Logger LOGGER = LoggerFactory.getLogger(ProxyHeader.class);
  private static final int WAIT_SECONDS = 10;

  private @Nullable ScheduledFuture<?> patience;
  private boolean refused;

  /** Whether octets of a client begin as such a header does. */
  static boolean begins(ByteBuf octets) {
    return HAProxyMessageDecoder.detectProtocol(octets).state() == ProtocolDetectionState.DETECTED;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    patience =
        context
            .executor()
            .schedule(
                () -> refuse(context, "no PROXY header came"), WAIT_SECONDS, TimeUnit.SECONDS);
  }

  /** What follows a malformed header may be taken for another. */
  private void refuse(ChannelHandlerContext context, String error) {
    if (!refused) {
      refused = true;
      Entrance.log(
          context.channel(),
          Refusals.NO_REPLY,
          RefusalReason.of("protocol").quoting("error", error));
    }
    ChannelFuture unused = context.close();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (!(message instanceof HAProxyMessage header)) {
      context.fireChannelRead(message);
      return;
    }
    try {
      note(context.channel(), header);
    } finally {
      header.release();
    }
    if (patience != null) {
      patience.cancel(false);
    }
    context.pipeline().remove(this);
    context.fireChannelActive();
  }

  /** A LOCAL connection, or one of unknown kind, is the proxy's own: it looks whether we live. */
  private static void note(Channel channel, HAProxyMessage header) {
    boolean proxied =
        header.command() == HAProxyCommand.PROXY
            && switch (header.proxiedProtocol()) {
              case TCP4, TCP6 -> true;
              default -> false;
            };
    if (proxied) {
      // As if it had connected itself: what the proxy may say is not for it to say.
      channel.attr(Entrance.CLIENT).set(Client.direct(source(header)));
    }
  }

  private static InetSocketAddress source(HAProxyMessage header) {
    InetAddress address = InetAddresses.forString(header.sourceAddress());
    return new InetSocketAddress(address, header.sourcePort());
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (cause instanceof HAProxyProtocolException) {
      refuse(context, "a malformed PROXY header: " + cause.getMessage());
      return;
    }
    LOGGER.info(
        "Connection of the proxy {} broke: {}",
        context.channel().remoteAddress(),
        EventText.quoted(String.valueOf(cause.getMessage())));
    ChannelFuture unused = context.close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    if (patience != null) {
      patience.cancel(false);
    }
  }
}
