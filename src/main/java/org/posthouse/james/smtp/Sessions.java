/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.smtp;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.james.protocols.api.Response;
import org.apache.james.protocols.netty.HandlerConstants;
import org.posthouse.james.Reply;

/** The connections of one server, and how they end when it drains. */
final class Sessions {
  private static final int LAST_WORD_MILLIS = 300;

  private final Supplier<String> helloName;
  private final ChannelGroup channels = new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE);
  private volatile boolean draining;

  Sessions(Supplier<String> helloName) {
    this.helloName = helloName;
  }

  void add(Channel channel) {
    channels.add(channel);
  }

  boolean isDraining() {
    return draining;
  }

  /** RFC 3463, X.3.2: the system does not accept network messages. */
  Response closingReply() {
    return Reply.last("421", closingText());
  }

  private String closingText() {
    return "4.3.2 " + helloName.get() + " Service closing, try again soon";
  }

  /** Ends the sessions that are idle; the others end themselves after their transaction. */
  void startDrain() {
    draining = true;
    for (Channel channel : channels) {
      ChannelHandlerContext context = channel.pipeline().context(HandlerConstants.CORE_HANDLER);
      if (context != null) {
        // In the connection's order: after the command that is being handled.
        context
            .executor()
            .execute(() -> ((SessionHandler) context.handler()).closeWhenIdle(context));
      }
    }
  }

  void awaitEnd(long deadlineNanos) throws InterruptedException {
    long left = deadlineNanos - System.nanoTime();
    channels.newCloseFuture().await(Math.max(0, left), TimeUnit.NANOSECONDS);
  }

  /** The bound has passed: a last word to each, and close, whatever it is doing. */
  void closeRemaining() {
    byte[] reply = ("421 " + closingText() + "\r\n").getBytes(StandardCharsets.US_ASCII);
    for (Channel channel : channels) {
      channel.writeAndFlush(Unpooled.wrappedBuffer(reply)).addListener(ChannelFutureListener.CLOSE);
    }
    channels.newCloseFuture().awaitUninterruptibly(LAST_WORD_MILLIS);
    channels.close().awaitUninterruptibly(LAST_WORD_MILLIS);
  }
}
