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
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.posthouse.smtp.Answer.Kind;

/** Connects to hosts and begins sessions. */
public final class SmtpConnector {
  /** Octets that may wait to be sent, of each connection. */
  private static final WriteBufferWaterMark WAITING =
      new WriteBufferWaterMark(64 * 1024, 256 * 1024);

  private final EventLoopGroup loops;
  private final TlsEngines engines;
  private final Executor readers;
  private final Clock clock;

  /**
   * Neither of them is closed by this.
   *
   * @param readers runs what reads messages that do not stand in memory
   * @param clock tells how much of the time is left that a mail is to be delivered in
   */
  public SmtpConnector(EventLoopGroup loops, TlsEngines engines, Executor readers, Clock clock) {
    this.loops = loops;
    this.engines = engines;
    this.readers = readers;
    this.clock = clock;
  }

  /** Begins a session with the host at an address; never completes with an exception. */
  public CompletableFuture<Opened> open(InetSocketAddress address, SessionSettings settings) {
    return open(List.of(new Candidate(address, settings)), Patience.ENDLESS)
        .thenApply(
            reach ->
                reach.session() == null
                    ? Opened.failed(reach.failed().get(reach.failed().size() - 1).answer())
                    : new Opened(reach.session(), null));
  }

  /**
   * Begins a session with one of several, the first that can be reached in their order; never
   * completes with an exception.
   */
  public CompletableFuture<Reach> open(List<Candidate> candidates, Patience patience) {
    return new ConnectionRace(this, loops.next(), candidates, patience).run();
  }

  /** Whether the relay ends, so that nobody can be reached any more. */
  boolean isClosed() {
    return loops.isShuttingDown();
  }

  ChannelFuture connect(Candidate candidate) {
    SessionSettings settings = candidate.settings();
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
        ? bootstrap.connect(candidate.address())
        : bootstrap.connect(candidate.address(), new InetSocketAddress(settings.source(), 0));
  }

  CompletableFuture<Opened> greet(Channel channel, SessionSettings settings, Patience patience) {
    return CompletableFuture.<@Nullable Void>completedFuture(null)
        .thenComposeAsync(
            here -> {
              Conversation conversation = new Conversation(channel, settings.timeouts(), patience);
              channel.config().setAutoRead(true);
              return new Greeting(conversation, settings, engines, readers, clock).open();
            },
            channel.eventLoop())
        .exceptionally(
            failure ->
                Opened.failed(
                    Answer.failed(Phase.CONNECT, Kind.OURS, "an error of the relay: " + failure)));
  }
}
