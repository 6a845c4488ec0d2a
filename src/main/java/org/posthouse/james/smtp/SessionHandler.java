/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.smtp;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.james.protocols.api.ProtocolSession;
import org.apache.james.protocols.api.ProtocolSession.State;
import org.apache.james.protocols.api.Response;
import org.apache.james.protocols.netty.Encryption;
import org.apache.james.protocols.netty.HandlerConstants;
import org.apache.james.protocols.smtp.SMTPProtocol;
import org.apache.james.protocols.smtp.SMTPSession;
import org.apache.james.protocols.smtp.core.DataLineFilter;
import org.apache.james.smtpserver.netty.SMTPChannelInboundHandler;
import org.apache.james.smtpserver.netty.SmtpMetrics;
import org.jspecify.annotations.Nullable;
import org.posthouse.james.EventText;
import org.posthouse.james.RefusalReason;
import org.posthouse.james.command.BdatCommand;
import org.posthouse.james.command.RelaySession;
import org.posthouse.james.command.SessionLimits;
import org.posthouse.james.command.Suspension;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection's session. Runs on {@link HandlerThreads}, one event at a time. */
final class SessionHandler extends SMTPChannelInboundHandler {
  private static final Logger LOGGER = LoggerFactory.getLogger(SessionHandler.class);

  private static final byte DEL = 0x7f;

  private final Sessions sessions;
  private final Refusals refusals = new Refusals();
  private final ErrorBound bounds;
  private final SessionLimits limits;
  private final ChunkReception chunks;
  private final boolean takesChunks;
  private final Parking parking = new Parking();
  private boolean closing;
  private boolean spokeEarly;
  private boolean failedHandshake;

  SessionHandler(
      SMTPProtocol protocol,
      @Nullable Encryption encryption,
      boolean proxyRequired,
      SmtpMetrics metrics,
      SessionLimits limits,
      Sessions sessions) {
    super(protocol, encryption, proxyRequired, metrics);
    this.limits = limits;
    this.bounds = new ErrorBound(limits.errors(), limits.idleCommands());
    this.sessions = sessions;
    List<DataLineFilter> filters = chain.getHandlers(DataLineFilter.class);
    // A filter that somebody has added counts on lines, one at a time.
    this.takesChunks = filters.stream().allMatch(DataReception.class::isInstance);
    this.chunks =
        new ChunkReception(
            filters.stream()
                .filter(DataReception.class::isInstance)
                .map(DataReception.class::cast)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("nothing receives messages")));
  }

  @Override
  protected ProtocolSession createSession(ChannelHandlerContext context) {
    parking.context = context;
    parking.framer = framer(context);
    RelaySession session =
        (RelaySession)
            protocol.newSession(
                new SmtpTransport(
                    context.channel(), secure, proxyRequired, refusals, bounds, parking));
    session.takeChunks(takesChunks);
    return session;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) throws Exception {
    if (takesChunks) {
      framer(context).takeBlocks();
    }
    if (limits.greetingDelay().isZero()) {
      greet(context);
    } else {
      Runnable greeting = () -> context.executor().execute(() -> greet(context));
      Future<?> unused =
          context
              .channel()
              .eventLoop()
              .schedule(greeting, limits.greetingDelay().toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void greet(ChannelHandlerContext context) {
    if (spokeEarly || !context.channel().isActive()) {
      return;
    }
    LineFramer framer = framer(context);
    context.channel().eventLoop().execute(framer::greeted);
    try {
      super.channelActive(context);
    } catch (Exception e) {
      context.fireExceptionCaught(e);
    }
    closeWhenIdle(context);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
    if (event instanceof Misconduct misconduct) {
      if (misconduct != Misconduct.IN_THE_WAY || isInTheWay(context)) {
        end(context, misconduct);
      }
    } else {
      if (event instanceof SslHandshakeCompletionEvent handshake && !handshake.isSuccess()) {
        noteFailure(context, handshake.cause());
      }
      super.userEventTriggered(context, event);
    }
  }

  /** TLS has closed the connection, unless its client has gone, who then is not refused. */
  private void noteFailure(ChannelHandlerContext context, Throwable cause) {
    if (closing || cause instanceof ClosedChannelException) {
      return;
    }
    closing = true;
    failedHandshake = true;
    // What came in its place may be a password.
    String error =
        cause instanceof NotSslRecordException
            ? "what the client sends is no TLS"
            : String.valueOf(cause.getMessage());
    RefusalReason reason = RefusalReason.of("protocol").quoting("error", error);
    RelaySession session = session(context);
    if (session == null) {
      Entrance.log(context.channel(), Refusals.NO_REPLY, reason);
    } else {
      refusals.onHangUp(session, Refusals.NO_REPLY, reason);
    }
  }

  /** Nobody is who waits for us. */
  private boolean isInTheWay(ChannelHandlerContext context) {
    RelaySession session = session(context);
    Seat seat = Seat.of(context.channel());
    boolean sends =
        session != null && (DataReception.isReceiving(session) || BdatCommand.isUnderWay(session));
    return seat != null && seat.isInTheWay(sends) && !parking.waiting;
  }

  /** What the line at hand has brought. */
  private void noteProgress(ChannelHandlerContext context) {
    RelaySession session = session(context);
    Seat seat = Seat.of(context.channel());
    if (seat == null || session == null || closing || !seat.isStranger()) {
      return;
    }
    if (!session.isStranger()) {
      seat.keep();
    } else if (isInTheWay(context)) {
      end(context, Misconduct.IN_THE_WAY);
    }
  }

  private void end(ChannelHandlerContext context, Misconduct misconduct) {
    RelaySession session = session(context);
    spokeEarly =
        spokeEarly || misconduct == Misconduct.TOO_EARLY || misconduct == Misconduct.UNLISTED_PROXY;
    if (session == null) {
      Entrance.log(context.channel(), misconduct.reply(), misconduct.reason());
      ChannelFuture unused =
          context
              .writeAndFlush(Unpooled.copiedBuffer(misconduct.reply() + "\r\n", US_ASCII))
              .addListener(ChannelFutureListener.CLOSE);
    } else if (!closing) {
      closing = true;
      ((SmtpTransport) session.getProtocolTransport())
          .hangUp(session, misconduct.reply(), misconduct.reason());
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) throws Exception {
    parking.clear();
    RelaySession session = session(context);
    super.channelInactive(context);
    if (session != null) {
      session.ended();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
    if (!parking.keeps(context, message)) {
      take(context, message);
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) throws Exception {
    parking.drain(context);
    super.channelWritabilityChanged(context);
  }

  private void take(ChannelHandlerContext context, Object message) throws Exception {
    if (message instanceof ByteBuf line) {
      int length = line.readableBytes();
      try {
        handle(context, line);
      } finally {
        framer(context).handled(context.channel(), length);
      }
    } else if (message instanceof ChunkPart part) {
      try {
        handle(context, part);
      } finally {
        framer(context).handled(context.channel(), part.octets().length);
      }
    } else if (message instanceof TooLongFrameException tooLong) {
      refuse(context, tooLong);
    } else {
      super.channelRead(context, message);
    }
    noteProgress(context);
    closeWhenIdle(context);
  }

  private void handle(ChannelHandlerContext context, ChunkPart part) {
    RelaySession session = session(context);
    if (closing || session == null || !takesChunks) {
      return;
    }
    refusals.onChunk(session);
    Response reply = chunks.onPart(session, part);
    if (reply != null) {
      session.getProtocolTransport().writeResponse(reply, session);
    }
  }

  /**
   * What a client sends is kept, in order, while its session waits, and while the client does not
   * read its replies: each line that were handled would add one to those that fill the heap.
   */
  private final class Parking implements Suspension {
    private final Deque<Object> kept = new ArrayDeque<>();
    private @Nullable ChannelHandlerContext context;
    private @Nullable LineFramer framer;
    private boolean waiting;

    @Override
    public void begin() {
      waiting = true;
    }

    boolean keeps(ChannelHandlerContext here, Object message) {
      boolean later = waiting || !kept.isEmpty() || !here.channel().isWritable();
      if (later) {
        kept.add(message);
      }
      return later;
    }

    /** In turns with other connections: each line may be the end of a mail, with its sync. */
    void drain(ChannelHandlerContext here) {
      try {
        for (int i = 0; i < HandlerThreads.TURN && isReady(here); i++) {
          take(here, kept.remove());
        }
        if (isReady(here)) {
          here.executor().execute(() -> drain(here));
        }
      } catch (Exception e) {
        here.fireExceptionCaught(e);
      }
    }

    private boolean isReady(ChannelHandlerContext here) {
      return !waiting && !kept.isEmpty() && here.channel().isWritable();
    }

    void clear() {
      kept.forEach(this::drop);
      kept.clear();
    }

    /** The framer's books are kept beyond the connection: it counts what waits in all of them. */
    private void drop(Object message) {
      int length =
          message instanceof ByteBuf line
              ? line.readableBytes()
              : message instanceof ChunkPart part ? part.octets().length : -1;
      ReferenceCountUtil.release(message);
      if (length >= 0 && context != null && framer != null) {
        framer.handled(context.channel(), length);
      }
    }

    @Override
    public void end(Supplier<Response> conclusion) {
      ChannelHandlerContext here = Objects.requireNonNull(context);
      try {
        here.executor().execute(() -> goOn(here, conclusion));
      } catch (RejectedExecutionException e) {
        LOGGER.trace("the server has stopped", e);
      }
    }

    /** On the connection's thread, like all that touches its session. */
    private void goOn(ChannelHandlerContext here, Supplier<Response> conclusion) {
      RelaySession session = session(here);
      if (!waiting || session == null) {
        return;
      }
      waiting = false;
      try {
        session.getProtocolTransport().writeResponse(conclusion.get(), session);
        noteProgress(here);
        closeWhenIdle(here);
      } catch (RuntimeException e) {
        here.fireExceptionCaught(e);
      }
      drain(here);
    }
  }

  private void handle(ChannelHandlerContext context, ByteBuf line) throws Exception {
    RelaySession session = session(context);
    if (closing || session == null) {
      ReferenceCountUtil.release(line);
      return;
    }
    boolean receiving = DataReception.isReceiving(session);
    if (!receiving) {
      if (isSeveral(line)) {
        ReferenceCountUtil.release(line); // the rest of a message that was refused on its way
        return;
      }
      defuse(line);
      if (bounds.isExceededBy(line)) {
        ReferenceCountUtil.release(line);
        end(context, Misconduct.IDLE);
        return;
      }
    }
    BdatCommand.Chunk chunk = receiving ? null : chunk(line);
    if (chunk != null && !chunk.isLast() && bounds.isExceededByChunk(chunk.octets())) {
      ReferenceCountUtil.release(line);
      end(context, Misconduct.IDLE);
      return;
    }
    refusals.onLine(session, line);
    super.channelRead(context, line);
    if (chunk != null && chunk.octets() == 0) { // it has come with its command
      handle(context, new ChunkPart(new byte[0], true, chunk.isLast()));
    }
  }

  private static BdatCommand.@Nullable Chunk chunk(ByteBuf line) {
    return BdatCommand.announced(line.toString(StandardCharsets.ISO_8859_1));
  }

  private static boolean isSeveral(ByteBuf lines) {
    return lines.bytesBefore((byte) '\n') < lines.readableBytes() - 1;
  }

  /**
   * A lone CR ends a line for some (RFC 5321 section 2.3.8), so it is refused as DEL is, which no
   * command takes, and James does not cut off as a blank.
   */
  private static void defuse(ByteBuf line) {
    int end = line.writerIndex() - 2;
    for (int i = line.readerIndex(); i < end; i++) {
      if (line.getByte(i) == '\r') {
        line.setByte(i, DEL);
      }
    }
  }

  /**
   * A line over the limit inside DATA must not vanish from the message: the transaction fails at
   * its end. Stock replies at once, which the client takes for the reply to its next command.
   */
  private void refuse(ChannelHandlerContext context, TooLongFrameException tooLong)
      throws Exception {
    RelaySession session = session(context);
    if (session != null && DataReception.isReceiving(session)) {
      session.setAttachment(DataReception.LINE_TOO_LONG, Boolean.TRUE, State.Transaction);
      return;
    }
    if (session != null) {
      session.closeExchange(); // RFC 4954 section 4: such a response fails the exchange
    }
    super.exceptionCaught(context, tooLong);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) throws Exception {
    if (cause instanceof TooLongFrameException tooLong) {
      if (!parking.keeps(context, tooLong)) {
        refuse(context, tooLong);
      }
      return;
    }
    if (cause instanceof RejectedExecutionException && sessions.isDraining()) {
      return; // The IO threads have gone, and with them the connection.
    }
    if (cause instanceof IOException || cause.getCause() instanceof IOException) {
      // Clients that hang up, or break off TLS: a trace for each would be theirs to write.
      if (!failedHandshake) {
        String reason = EventText.quoted(String.valueOf(cause.getMessage()));
        LOGGER.info("Connection of {} broke: {}", client(context), reason);
      }
      ChannelFuture unused = context.close();
      return;
    }
    super.exceptionCaught(context, cause);
  }

  private static String client(ChannelHandlerContext context) {
    return Entrance.client(context.channel()).address().getAddress().getHostAddress();
  }

  /** While the server drains: says 421 and closes unless a transaction is under way. */
  void closeWhenIdle(ChannelHandlerContext context) {
    RelaySession session = session(context);
    if (closing
        || session == null
        || parking.waiting
        || !sessions.isDraining()
        || inTransaction(session)) {
      return;
    }
    closing = true;
    session.getProtocolTransport().writeResponse(sessions.closingReply(), session);
  }

  private static boolean inTransaction(SMTPSession session) {
    return session.getAttachment(SMTPSession.SENDER, State.Transaction).isPresent();
  }

  private static @Nullable RelaySession session(ChannelHandlerContext context) {
    return (RelaySession) context.channel().attr(SESSION_ATTRIBUTE_KEY).get();
  }

  private static LineFramer framer(ChannelHandlerContext context) {
    return (LineFramer) context.pipeline().get(HandlerConstants.FRAMER);
  }
}
