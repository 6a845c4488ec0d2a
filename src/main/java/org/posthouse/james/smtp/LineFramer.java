/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.smtp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.LineBasedFrameDecoder;
import io.netty.util.concurrent.ScheduledFuture;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.apache.james.protocols.netty.BasicChannelInboundHandler;
import org.apache.james.protocols.smtp.SMTPSession;
import org.jspecify.annotations.Nullable;
import org.posthouse.james.command.BdatCommand;
import org.posthouse.james.command.LeastSpeed;
import org.posthouse.james.command.RelaySession;

/**
 * Cuts the stream into lines and chunks, on the IO thread, and knows how far the handlers are
 * behind it.
 *
 * <p>That knowledge serves two ends. When they are far behind, reading pauses, or a fast client
 * would fill the heap. And when STARTTLS is to be answered it tells whether the client has sent
 * anything after the command: RFC 3207 wants nothing that came in clear to be believed afterwards.
 *
 * <p>Lines of a body, thousands in a large mail, go to the handlers in blocks: what it costs to
 * have a line handled is more than what is done with it.
 *
 * <p>A chunk is known by its command alone, whether or not that is refused (RFC 3030). Behind DATA
 * nothing is cut until it is answered: what comes then is a message, or commands.
 */
final class LineFramer extends LineBasedFrameDecoder {
  /** Bytes of lines that wait for the handlers: reading pauses above one, resumes below other. */
  private static final long PAUSE_ABOVE = 256 * 1024;

  private static final long RESUME_BELOW = 64 * 1024;

  /** What waits in all sessions: beyond an eighth of the heap each has little. */
  private static final AtomicLong ALL_WAITING = new AtomicLong();

  private static final long MOST_OF_ALL = Runtime.getRuntime().maxMemory() / 8;
  private static final long FEW = 8 * 1024;

  /** What a line that waits costs besides its bytes: its array, buffer, task and place in line. */
  private static final int OVERHEAD = 256;

  /** Octets with the line's end: RFC 4954 section 4 asks for 12288 in AUTH. */
  static final int LONGEST_LINE = 12_288;

  private static final byte LF = '\n';
  private static final int LARGEST_BLOCK = 32 * 1024;

  /** What the next line is, as far as that is known without the handlers. */
  private enum Place {
    /** Or a message whose beginning was not seen. */
    COMMANDS,
    HEADER,
    BODY
  }

  /** Changed under this object's lock, as whether it is counted among all. */
  private volatile long waitingBytes;

  private boolean gone;
  private final AtomicLong waitingLines = new AtomicLong();

  /** Lines and blocks that the handlers are done with, of those that were cut. */
  private final AtomicLong handled = new AtomicLong();

  private long cut;
  private Place place = Place.COMMANDS;

  /** Whether the decoder remembers a part of a line, which must not be taken from under it. */
  private boolean midLine;

  /** The last octet of a line that is being dropped. */
  private byte lastDropped;

  private volatile boolean takesBlocks;

  /** The chunk whose octets come now, and how many are still to come. */
  private BdatCommand.@Nullable Chunk chunk;

  private long chunkLeft;

  /** DATA was cut, and nothing that it may be answered with is known. */
  private boolean awaitsAnswer;

  /** Whether lines wait here until the handlers have caught up; set on the IO thread only. */
  private volatile boolean holding;

  private final LeastSpeed slowest;

  /** Octets of messages since the last look. */
  private long received;

  /** Whether a message was coming at the last look, and so should have come on since. */
  private boolean expected;

  private boolean greeted;
  private @Nullable ScheduledFuture<?> looks;

  /**
   * A framer of one connection.
   *
   * @param slowest how fast a message must come
   */
  LineFramer(LeastSpeed slowest) {
    super(LONGEST_LINE, false, false);
    this.slowest = slowest;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) throws Exception {
    if (slowest.isBound()) {
      long millis = slowest.within().toMillis();
      looks =
          context
              .executor()
              .scheduleWithFixedDelay(
                  () -> lookAtSpeed(context), millis, millis, TimeUnit.MILLISECONDS);
    }
    super.channelActive(context);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) throws Exception {
    if (looks != null) {
      looks.cancel(false);
    }
    leave();
    super.channelInactive(context);
  }

  /** A client that sends a message octet by octet holds a session, and nothing else stops it. */
  private void lookAtSpeed(ChannelHandlerContext context) {
    // Else we are the slow ones. Asked first: who is idle ends no message meanwhile.
    boolean idle = handled.get() == cut;
    boolean coming =
        place == Place.BODY || place == Place.HEADER || chunk != null || isToSend(context);
    if (expected && coming && idle && received < slowest.octets()) {
      context.fireUserEventTriggered(Misconduct.TOO_SLOW);
    }
    expected = coming && idle;
    received = 0;
  }

  /** Whether a message was asked for, though nothing of it may have come, or none of a chunk. */
  private static boolean isToSend(ChannelHandlerContext context) {
    return context.channel().attr(BasicChannelInboundHandler.SESSION_ATTRIBUTE_KEY).get()
            instanceof RelaySession session
        && (BdatCommand.isUnderWay(session) || DataReception.isReceiving(session));
  }

  /** A client that does not read replies is not listened to: they would fill the heap. */
  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) throws Exception {
    Channel channel = context.channel();
    if (!channel.isWritable()) {
      channel.config().setAutoRead(false);
    } else {
      readOn(channel);
    }
    super.channelWritabilityChanged(context);
  }

  private void readOn(Channel channel) {
    if (!holding && waitingBytes < resumeBelow() && channel.isWritable()) {
      channel.config().setAutoRead(true);
    }
  }

  /** A decoder of Netty's reads on where nothing was cut, even while reading pauses. */
  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    discardSomeReadBytes();
    context.fireChannelReadComplete();
  }

  /** From now on the client may speak; on the IO thread, before the greeting leaves. */
  void greeted() {
    greeted = true;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
    if (message instanceof ByteBuf octets) {
      received += octets.readableBytes();
      if (!greeted && octets.isReadable()) {
        boolean proxy = ProxyHeader.begins(octets);
        octets.release();
        context.fireUserEventTriggered(proxy ? Misconduct.UNLISTED_PROXY : Misconduct.TOO_EARLY);
        return;
      }
    }
    super.channelRead(context, message);
  }

  /** Whoever handles lines of a message takes several at once. */
  void takeBlocks() {
    takesBlocks = true;
  }

  @Override
  protected @Nullable Object decode(ChannelHandlerContext context, ByteBuf buffer)
      throws Exception {
    if (isFull() && holdsWhile(context, this::isFull)) {
      return null;
    }
    if (chunk != null) {
      return part(context, buffer, chunk);
    }
    if (awaitsAnswer && !hasCaughtUp(context)) {
      return null;
    }
    if (cut == 0 && ProxyHeader.begins(buffer)) {
      buffer.skipBytes(buffer.readableBytes());
      context.fireUserEventTriggered(Misconduct.UNLISTED_PROXY);
      return null;
    }
    look(context);
    if (takesBlocks && !midLine && place == Place.BODY) {
      int length = block(buffer);
      if (length > 0) {
        byte[] lines = new byte[length];
        buffer.readBytes(lines);
        return handOver(context, lines);
      }
      if (buffer.readableBytes() <= LONGEST_LINE && buffer.bytesBefore(LF) < 0) {
        return null; // the rest of the line is still to come
      }
    }
    int before = buffer.readerIndex();
    ByteBuf frame = (ByteBuf) super.decode(context, buffer);
    midLine = frame == null;
    if (frame == null) {
      followDropped(context, buffer, before);
      return null;
    }
    // A copy on the heap: stock's handlers do not release what they fail on.
    byte[] line = ByteBufUtil.getBytes(frame);
    frame.release();
    if (place == Place.COMMANDS && !endsWithCrlf(line)) {
      context.fireUserEventTriggered(Misconduct.BARE_LINE_END);
      return null;
    }
    if (isEnd(line.length, line[0])) {
      place = Place.COMMANDS;
    } else if (place == Place.HEADER && line.length == 2 && line[0] == '\r') {
      place = Place.BODY;
    } else if (place == Place.COMMANDS) {
      begin(line);
    }
    return handOver(context, line);
  }

  /** A line that is too long is dropped, but its end is where another server might see another. */
  private void followDropped(ChannelHandlerContext context, ByteBuf buffer, int from) {
    int to = buffer.readerIndex();
    if (to > from) {
      boolean afterCr = to - 2 >= from ? buffer.getByte(to - 2) == '\r' : lastDropped == '\r';
      lastDropped = buffer.getByte(to - 1);
      if (lastDropped == LF && !afterCr) {
        context.fireUserEventTriggered(Misconduct.BARE_LINE_END);
      }
    }
  }

  private static boolean endsWithCrlf(byte[] line) {
    return line.length > 1 && line[line.length - 2] == '\r' && line[line.length - 1] == LF;
  }

  /** What follows some commands is not lines, or not known to be. */
  private void begin(byte[] line) {
    if (startsWith(line, "BDAT")) {
      BdatCommand.Chunk announced =
          BdatCommand.announced(new String(line, StandardCharsets.ISO_8859_1));
      // One without octets is over already; the session knows that by the command.
      chunk = announced == null || announced.octets() == 0 ? null : announced;
      chunkLeft = chunk == null ? 0 : chunk.octets();
    } else {
      awaitsAnswer = startsWith(line, "DATA");
      expected &= !startsWith(line, "MAIL"); // what was coming has ended
    }
  }

  /** As James reads it, who takes blanks away before a command. */
  private static boolean startsWith(byte[] line, String command) {
    int start = 0;
    while (start < line.length && line[start] >= 0 && line[start] <= ' ') {
      start++;
    }
    for (int i = 0; i < command.length(); i++) {
      if (start + i >= line.length || (line[start + i] & ~0x20) != command.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private @Nullable ChunkPart part(
      ChannelHandlerContext context, ByteBuf buffer, BdatCommand.Chunk announced) {
    int length = (int) Math.min(Math.min(chunkLeft, buffer.readableBytes()), LARGEST_BLOCK);
    if (length == 0 && chunkLeft > 0) {
      return null;
    }
    byte[] octets = new byte[length];
    buffer.readBytes(octets);
    chunkLeft -= length;
    boolean ends = chunkLeft == 0;
    if (ends) {
      chunk = null;
    }
    count(context, length);
    return new ChunkPart(octets, ends, announced.isLast());
  }

  private ByteBuf handOver(ChannelHandlerContext context, byte[] lines) {
    count(context, lines.length);
    return Unpooled.wrappedBuffer(lines);
  }

  private void count(ChannelHandlerContext context, int length) {
    cut++;
    waitingLines.incrementAndGet();
    waiting(length + OVERHEAD);
    if (isFull()) {
      Channel channel = context.channel();
      channel.config().setAutoRead(false);
      if (waitingLines.get() == 0 && channel.isWritable()) {
        channel.config().setAutoRead(true); // they were quicker: nobody else would resume
      }
    }
  }

  /** Whether so much waits for the handlers that nothing more is cut: it would cost the most. */
  private boolean isFull() {
    return waitingBytes > PAUSE_ABOVE || (waitingBytes > FEW && ALL_WAITING.get() > MOST_OF_ALL);
  }

  private static long resumeBelow() {
    return ALL_WAITING.get() > MOST_OF_ALL ? FEW / 2 : RESUME_BELOW;
  }

  /** What waits once that many octets more, or fewer, do. */
  private synchronized long waiting(int change) {
    waitingBytes += change;
    if (!gone) {
      ALL_WAITING.addAndGet(change);
    }
    return waitingBytes;
  }

  /** The handlers may never see what waits now. */
  private synchronized void leave() {
    gone = true;
    ALL_WAITING.addAndGet(-waitingBytes);
  }

  /** Whether the handlers are done with all that was cut; if not, they will have it cut on. */
  private boolean hasCaughtUp(ChannelHandlerContext context) {
    return handled.get() == cut || !holdsWhile(context, () -> handled.get() != cut);
  }

  /** Cuts nothing more while that holds; false when it has ceased to meanwhile. */
  private boolean holdsWhile(ChannelHandlerContext context, BooleanSupplier reason) {
    context.channel().config().setAutoRead(false); // what came is kept, and must not become more
    holding = true;
    if (reason.getAsBoolean()) {
      return true;
    }
    holding = false;
    context.channel().config().setAutoRead(context.channel().isWritable());
    return false;
  }

  private void resume(Channel channel) {
    try {
      ChannelHandlerContext context = channel.pipeline().context(this);
      if (context != null && holding) {
        holding = false;
        channelRead(context, Unpooled.EMPTY_BUFFER);
        channelReadComplete(context);
      }
      readOn(channel);
    } catch (Exception e) {
      channel.pipeline().fireExceptionCaught(e);
    }
  }

  /** Once the handlers have caught up their session tells what comes next. */
  private void look(ChannelHandlerContext context) {
    if (handled.get() == cut) {
      awaitsAnswer = false;
      boolean receiving =
          context.channel().attr(BasicChannelInboundHandler.SESSION_ATTRIBUTE_KEY).get()
                  instanceof SMTPSession session
              && DataReception.isReceiving(session);
      if (!receiving) {
        place = Place.COMMANDS;
      } else if (place == Place.COMMANDS) {
        place = Place.HEADER;
      }
    }
  }

  /** Octets of whole lines before the one that ends the message, or is too long. */
  private int block(ByteBuf buffer) {
    int start = buffer.readerIndex();
    int most = Math.min(buffer.readableBytes(), LARGEST_BLOCK);
    int length = 0;
    while (length < most) {
      int line = buffer.bytesBefore(start + length, buffer.readableBytes() - length, LF) + 1;
      if (line <= 0 || line > LONGEST_LINE || isEnd(line, buffer.getByte(start + length))) {
        break;
      }
      length += line;
    }
    return length;
  }

  /** Whether a line is the final dot, or what will be refused as one with a wrong end. */
  private static boolean isEnd(int length, byte first) {
    return length == 3 && first == '.';
  }

  /** The handlers are done with a line; called on their thread. */
  void handled(Channel channel, int length) {
    handled.incrementAndGet();
    waitingLines.decrementAndGet();
    long left = waiting(-(length + OVERHEAD));
    if (left < resumeBelow() && (holding || !channel.config().isAutoRead())) {
      channel.eventLoop().execute(() -> resume(channel));
    }
  }

  /** Whether the client has sent anything after the line being handled. On the IO thread only. */
  boolean hasMoreThanCurrentLine() {
    return waitingLines.get() > 1 || internalBuffer().isReadable();
  }
}
