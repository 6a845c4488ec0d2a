/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.smtp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.LineBasedFrameDecoder;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.james.protocols.netty.AbstractChannelPipelineFactory;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the stream into lines, on the IO thread, and knows how far the handlers are behind it.
 *
 * <p>That knowledge serves two ends. When they are far behind, reading pauses, or a fast client
 * would fill the heap. And when STARTTLS is to be answered it tells whether the client has sent
 * anything after the command: RFC 3207 wants nothing that came in clear to be believed afterwards.
 */
final class LineFramer extends LineBasedFrameDecoder {
  /** Bytes of lines that wait for the handlers: reading pauses above one, resumes below other. */
  private static final long PAUSE_ABOVE = 256 * 1024;

  private static final long RESUME_BELOW = 64 * 1024;

  /** What a line that waits costs besides its bytes. */
  private static final int OVERHEAD = 64;

  private final AtomicLong waitingBytes = new AtomicLong();
  private final AtomicLong waitingLines = new AtomicLong();

  LineFramer() {
    super(AbstractChannelPipelineFactory.MAX_LINE_LENGTH, false, false);
  }

  @Override
  protected @Nullable Object decode(ChannelHandlerContext context, ByteBuf buffer)
      throws Exception {
    ByteBuf frame = (ByteBuf) super.decode(context, buffer);
    if (frame == null) {
      return null;
    }
    // A copy on the heap: stock's handlers do not release what they fail on.
    byte[] line = ByteBufUtil.getBytes(frame);
    frame.release();
    waitingLines.incrementAndGet();
    if (waitingBytes.addAndGet(line.length + OVERHEAD) > PAUSE_ABOVE) {
      context.channel().config().setAutoRead(false);
    }
    return Unpooled.wrappedBuffer(line);
  }

  /** The handlers are done with a line; called on their thread. */
  void handled(Channel channel, int length) {
    waitingLines.decrementAndGet();
    long left = waitingBytes.addAndGet(-(length + OVERHEAD));
    if (left < RESUME_BELOW && !channel.config().isAutoRead()) {
      channel.config().setAutoRead(true);
    }
  }

  /** Whether the client has sent anything after the line being handled. On the IO thread only. */
  boolean hasMoreThanCurrentLine() {
    return waitingLines.get() > 1 || internalBuffer().isReadable();
  }
}
