/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.smtp;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import org.apache.james.protocols.api.ProtocolSession;
import org.apache.james.protocols.api.ProtocolSession.State;
import org.apache.james.protocols.api.ProtocolSessionImpl;
import org.apache.james.protocols.netty.Encryption;
import org.apache.james.protocols.netty.HandlerConstants;
import org.apache.james.protocols.smtp.SMTPProtocol;
import org.apache.james.protocols.smtp.SMTPSession;
import org.apache.james.protocols.smtp.core.DataLineFilter;
import org.apache.james.protocols.smtp.core.ReceivedDataLineFilter;
import org.apache.james.protocols.smtp.core.esmtp.MailSizeEsmtpExtension;
import org.apache.james.smtpserver.netty.SMTPChannelInboundHandler;
import org.apache.james.smtpserver.netty.SmtpMetrics;
import org.jspecify.annotations.Nullable;
import org.posthouse.james.EventText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection's session. Runs on {@link HandlerThreads}, one event at a time. */
final class SessionHandler extends SMTPChannelInboundHandler {
  private static final Logger LOGGER = LoggerFactory.getLogger(SessionHandler.class);

  /** They look at lines of the header, or at how long what comes is. */
  private static final Set<Class<?>> TAKE_BLOCKS =
      Set.of(MailSizeEsmtpExtension.class, ReceivedDataLineFilter.class, DataReception.class);

  private final Sessions sessions;
  private final Refusals refusals = new Refusals();
  private boolean closing;

  SessionHandler(
      SMTPProtocol protocol,
      @Nullable Encryption encryption,
      boolean proxyRequired,
      SmtpMetrics metrics,
      Sessions sessions) {
    super(protocol, encryption, proxyRequired, metrics);
    this.sessions = sessions;
  }

  @Override
  protected ProtocolSession createSession(ChannelHandlerContext context) {
    return protocol.newSession(
        new SmtpTransport(context.channel(), secure, proxyRequired, refusals));
  }

  @Override
  public void channelActive(ChannelHandlerContext context) throws Exception {
    if (chain.getHandlers(DataLineFilter.class).stream().allMatch(SessionHandler::takesBlocks)) {
      framer(context).takeBlocks();
    }
    super.channelActive(context);
    closeWhenIdle(context);
  }

  /** A filter that somebody has added may count on one line at a time. */
  private static boolean takesBlocks(DataLineFilter filter) {
    return TAKE_BLOCKS.contains(filter.getClass());
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
    if (message instanceof ByteBuf line) {
      int length = line.readableBytes();
      try {
        handle(context, line);
      } finally {
        framer(context).handled(context.channel(), length);
      }
    } else {
      super.channelRead(context, message);
    }
    closeWhenIdle(context);
  }

  private void handle(ChannelHandlerContext context, ByteBuf line) throws Exception {
    SMTPSession session = session(context);
    if (closing || session == null) {
      ReferenceCountUtil.release(line);
      return;
    }
    if (!DataReception.isReceiving(session)) {
      if (isSeveral(line)) {
        ReferenceCountUtil.release(line); // the rest of a message that was refused on its way
        return;
      }
      defuse(line);
    }
    refusals.onLine(session, line);
    super.channelRead(context, line);
  }

  private static boolean isSeveral(ByteBuf lines) {
    return lines.bytesBefore((byte) '\n') < lines.readableBytes() - 1;
  }

  /** A lone CR in a command, such as EHLO, would begin a line of the field that quotes it. */
  private static void defuse(ByteBuf line) {
    int end = line.writerIndex() - 2;
    for (int i = line.readerIndex(); i < end; i++) {
      if (line.getByte(i) == '\r') {
        line.setByte(i, '?');
      }
    }
  }

  /**
   * A line over the limit inside DATA must not vanish from the message: the transaction fails at
   * its end. Stock replies at once, which the client takes for the reply to its next command.
   */
  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) throws Exception {
    SMTPSession session = session(context);
    if (cause instanceof TooLongFrameException
        && session != null
        && DataReception.isReceiving(session)) {
      session.setAttachment(DataReception.LINE_TOO_LONG, Boolean.TRUE, State.Transaction);
      return;
    }
    if (cause instanceof RejectedExecutionException && sessions.isDraining()) {
      return; // The IO threads have gone, and with them the connection.
    }
    if (cause instanceof IOException || cause.getCause() instanceof IOException) {
      // Clients that hang up, and whatever is no TLS: a trace for each would be theirs to write.
      String reason = EventText.quoted(String.valueOf(cause.getMessage()));
      LOGGER.info("Connection of {} broke: {}", client(context), reason);
      ChannelFuture unused = context.close();
      return;
    }
    super.exceptionCaught(context, cause);
  }

  private static String client(ChannelHandlerContext context) {
    return context.channel().remoteAddress() instanceof InetSocketAddress remote
        ? remote.getAddress().getHostAddress()
        : "-";
  }

  /** While the server drains: says 421 and closes unless a transaction is under way. */
  void closeWhenIdle(ChannelHandlerContext context) {
    SMTPSession session = session(context);
    if (closing || session == null || !sessions.isDraining() || inTransaction(session)) {
      return;
    }
    closing = true;
    ((ProtocolSessionImpl) session)
        .getProtocolTransport()
        .writeResponse(sessions.closingReply(), session);
  }

  private static boolean inTransaction(SMTPSession session) {
    return session.getAttachment(SMTPSession.SENDER, State.Transaction).isPresent();
  }

  private static @Nullable SMTPSession session(ChannelHandlerContext context) {
    return (SMTPSession) context.channel().attr(SESSION_ATTRIBUTE_KEY).get();
  }

  private static LineFramer framer(ChannelHandlerContext context) {
    return (LineFramer) context.pipeline().get(HandlerConstants.FRAMER);
  }
}
