/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** A host that takes all mail, and looks at nothing but where a command or the mail ends. */
final class HostSession extends ByteToMessageDecoder {
  private static final ByteBuf END =
      Unpooled.unreleasableBuffer(
          Unpooled.copiedBuffer("\r\n.\r\n", StandardCharsets.US_ASCII).asReadOnly());

  private final Arrivals arrivals;
  private final BenchDomain.Kind kind;
  private final int wait;
  private String recipient = "";
  private boolean inContent;

  /**
   * Begins a session.
   *
   * @param wait seconds before the greeting, and before the reply to the final dot
   */
  HostSession(Arrivals arrivals, BenchDomain.Kind kind, int wait) {
    this.arrivals = arrivals;
    this.kind = kind;
    this.wait = wait;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    arrivals.connected(kind);
    later(context, () -> reply(context, "220 mx.test ESMTP"));
    context.flush();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) throws Exception {
    arrivals.disconnected(kind);
    super.channelInactive(context);
  }

  private void later(ChannelHandlerContext context, Runnable action) {
    if (wait == 0) {
      action.run();
    } else {
      var unused =
          context
              .executor()
              .schedule(
                  () -> {
                    action.run();
                    context.flush();
                  },
                  wait,
                  TimeUnit.SECONDS);
    }
  }

  private static void reply(ChannelHandlerContext context, String text) {
    ChannelFuture unused = context.write(ByteBufUtil.writeAscii(context.alloc(), text + "\r\n"));
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf input, List<Object> output) {
    if (inContent) {
      content(context, input);
    } else {
      int end = input.indexOf(input.readerIndex(), input.writerIndex(), (byte) '\n');
      if (end >= 0) {
        int length = end - input.readerIndex();
        String line = input.readCharSequence(length, StandardCharsets.US_ASCII).toString().trim();
        input.skipBytes(1);
        command(context, line);
      }
    }
  }

  private void content(ChannelHandlerContext context, ByteBuf input) {
    int end = ByteBufUtil.indexOf(END, input);
    if (end < 0) {
      input.skipBytes(Math.max(0, input.readableBytes() - END.capacity() + 1));
      return;
    }
    input.readerIndex(end + END.capacity());
    inContent = false;
    later(
        context,
        () -> {
          arrivals.accepted(kind, recipient);
          reply(context, "250 2.0.0 taken");
        });
  }

  private void command(ChannelHandlerContext context, String line) {
    String upper = line.toUpperCase(Locale.ROOT);
    if (upper.startsWith("EHLO")) {
      reply(context, "250-mx.test\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SIZE 20971520");
    } else if (upper.startsWith("RCPT")) {
      recipient = line.substring(line.indexOf('<') + 1, line.indexOf('>'));
      reply(context, "250 2.1.5 fine");
    } else if (upper.equals("DATA")) {
      inContent = true;
      reply(context, "354 go on");
    } else if (upper.equals("QUIT")) {
      ChannelFuture unused =
          context
              .writeAndFlush(ByteBufUtil.writeAscii(context.alloc(), "221 2.0.0 bye\r\n"))
              .addListener(ChannelFutureListener.CLOSE);
    } else {
      reply(context, "250 2.0.0 fine");
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) throws Exception {
    context.flush();
    super.channelReadComplete(context);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    ChannelFuture unused = context.close();
  }
}
