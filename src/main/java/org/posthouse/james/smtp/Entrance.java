/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.smtp;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.AttributeKey;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import org.posthouse.james.RefusalReason;
import org.posthouse.james.command.Client;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets a connection in while there is room for it; nothing of it is read before. */
final class Entrance extends ChannelInboundHandlerAdapter {
  static final AttributeKey<Client> CLIENT = AttributeKey.valueOf("posthouse-client");

  private static final Logger MAIL = LoggerFactory.getLogger("org.posthouse.mail");

  private final List<SessionCounts> counts;
  private final Function<InetAddress, Standing> standing;
  private final boolean speaksTls;

  /**
   * A new connection's.
   *
   * @param counts those of the server and of the door
   * @param speaksTls whether a reply could not be read by the client yet
   */
  Entrance(
      List<SessionCounts> counts, Function<InetAddress, Standing> standing, boolean speaksTls) {
    this.standing = standing;
    this.counts = counts;
    this.speaksTls = speaksTls;
  }

  /** The client of a channel. */
  static Client client(Channel channel) {
    Client known = channel.attr(CLIENT).get();
    return known == null ? Client.direct((InetSocketAddress) channel.remoteAddress()) : known;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    Channel channel = context.channel();
    channel.attr(CLIENT).set(client(channel));
    InetAddress address = client(channel).address().getAddress();
    String full =
        new Seat(counts, address, standing.apply(address), channel, System::nanoTime).take();
    if (full != null) {
      refuse(context, full);
      return;
    }
    context.pipeline().remove(this);
    context.fireChannelActive();
  }

  private void refuse(ChannelHandlerContext context, String full) {
    boolean ours = full.equals("sessions");
    String reply = "421 " + (ours ? "4.3.2" : "4.7.0") + " Too many " + full + ", try again later";
    log(context.channel(), reply, RefusalReason.of("bound"));
    if (speaksTls) {
      ChannelFuture unused = context.close();
    } else {
      ChannelFuture unused =
          context
              .writeAndFlush(Unpooled.copiedBuffer(reply + "\r\n", StandardCharsets.US_ASCII))
              .addListener(ChannelFutureListener.CLOSE);
    }
  }

  /** Writes the line of a connection that is refused before there is a session. */
  static void log(Channel channel, String reply, RefusalReason reason) {
    MAIL.info(
        "refused id={} client={} login=- from=- to=- reply={} {}",
        channel.id(),
        client(channel).address().getAddress().getHostAddress(),
        Refusals.word(reply),
        reason);
  }

  /** Of a connection that was refused. */
  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ReferenceCountUtil.release(message);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    // Nobody behind this has heard of the connection.
  }
}
