/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.smtp;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.posthouse.smtp.Answer.Kind;

/** Connects to hosts and begins sessions. */
public final class SmtpConnector {
  /** Octets that may wait to be sent, of each connection. */
  private static final WriteBufferWaterMark WAITING =
      new WriteBufferWaterMark(64 * 1024, 256 * 1024);

  private final EventLoopGroup loops;
  private final TlsEngines engines;
  private final Executor readers;

  /**
   * Neither of them is closed by this.
   *
   * @param readers runs what reads messages that do not stand in memory
   */
  public SmtpConnector(EventLoopGroup loops, TlsEngines engines, Executor readers) {
    this.loops = loops;
    this.engines = engines;
    this.readers = readers;
  }

  /** Begins a session with the host at an address; never completes with an exception. */
  public CompletableFuture<Opened> open(InetSocketAddress address, SessionSettings settings) {
    CompletableFuture<Opened> opened = new CompletableFuture<>();
    ChannelFuture unused =
        connect(address, settings)
            .addListener(
                (ChannelFuture connected) -> {
                  if (!connected.isSuccess()) {
                    String why = Conversation.reason(connected.cause());
                    opened.complete(
                        Opened.failed(Answer.failed(Phase.CONNECT, Kind.UNREACHABLE, why)));
                    return;
                  }
                  CompletableFuture<Opened> unusedToo =
                      greet(connected.channel(), settings)
                          .whenComplete((result, failure) -> complete(opened, result, failure));
                });
    return opened;
  }

  private static void complete(CompletableFuture<Opened> opened, Opened result, Throwable failure) {
    opened.complete(
        failure == null
            ? result
            : Opened.failed(
                Answer.failed(Phase.CONNECT, Kind.OURS, "an error of the relay: " + failure)));
  }

  private ChannelFuture connect(InetSocketAddress address, SessionSettings settings) {
    Duration limit = settings.timeouts().of(Phase.CONNECT);
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loops)
            .channel(NioSocketChannel.class)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) limit.toMillis())
            .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WAITING)
            // The conversation reads once it is there: a greeting must not come before.
            .option(ChannelOption.AUTO_READ, false)
            .handler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    // The conversation adds what it needs.
                  }
                });
    return settings.source() == null
        ? bootstrap.connect(address)
        : bootstrap.connect(address, new InetSocketAddress(settings.source(), 0));
  }

  private CompletableFuture<Opened> greet(Channel channel, SessionSettings settings) {
    Conversation conversation = new Conversation(channel, settings.timeouts());
    channel.config().setAutoRead(true);
    return new Greeting(conversation, settings, engines, readers).open();
  }
}
