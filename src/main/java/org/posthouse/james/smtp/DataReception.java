/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.smtp;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import javax.inject.Inject;
import javax.mail.MessagingException;
import org.apache.james.lifecycle.api.LifecycleUtil;
import org.apache.james.protocols.api.ProtocolSession.AttachmentKey;
import org.apache.james.protocols.api.ProtocolSession.State;
import org.apache.james.protocols.api.Response;
import org.apache.james.protocols.api.handler.ExtensibleHandler;
import org.apache.james.protocols.api.handler.LineHandler;
import org.apache.james.protocols.api.handler.WiringException;
import org.apache.james.protocols.smtp.SMTPSession;
import org.apache.james.protocols.smtp.core.DataLineFilter;
import org.apache.james.protocols.smtp.hook.HookResultHook;
import org.apache.james.protocols.smtp.hook.MessageHook;
import org.apache.james.server.core.MailImpl;
import org.apache.james.server.core.MimeMessageInputStreamSource;
import org.apache.james.smtpserver.ExtendedSMTPSession;
import org.apache.james.smtpserver.JamesMessageHook;
import org.apache.james.smtpserver.SMTPConstants;
import org.jspecify.annotations.Nullable;
import org.posthouse.identity.rights.Decision;
import org.posthouse.james.Reply;
import org.posthouse.james.command.Admission;
import org.posthouse.james.command.BdatCommand;
import org.posthouse.james.command.BodyType;
import org.posthouse.james.command.LimitCheck;
import org.posthouse.james.command.ReceivedField;
import org.posthouse.james.command.RelaySession;
import org.posthouse.james.message.RelayMessage;
import org.posthouse.james.rights.SenderCheck;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receives the lines after DATA, one or several at a time, and hands the mail to the message hooks
 * at the final dot, which comes alone.
 */
public final class DataReception implements DataLineFilter, ExtensibleHandler {
  /** Set when a line over the limit was dropped: the message is no longer what was sent. */
  static final AttachmentKey<Boolean> LINE_TOO_LONG =
      AttachmentKey.of("posthouse-line-too-long", Boolean.class);

  private static final AttachmentKey<IncomingMessage> MESSAGE =
      AttachmentKey.of("posthouse-incoming-message", IncomingMessage.class);

  private static final Logger LOGGER = LoggerFactory.getLogger(DataReception.class);

  /** A lone CR or LF is how mail is smuggled past a server that reads line ends otherwise. */
  private static final Response BARE_LINE_END = Reply.last("500", "5.5.2 Lines must end with CRLF");

  private static final Response BARE_IN_CHUNK =
      Reply.of("554", "5.6.0 Lines must end with CRLF, unless BODY=BINARYMIME");

  private static final Response TOO_LONG = Reply.of("500", "5.5.2 Line too long, message refused");

  /**
   * Headers stand in memory while a mail is worked on; RFC 5321 sets no bound but the message's.
   */
  private static final Response HEADER_TOO_LARGE =
      Reply.of("552", "5.3.4 The header of the message is larger than 512 KiB");

  private static final Response CONTINUES_NOTHING =
      Reply.of("554", "5.6.0 The first line of the message continues a field that is not there");

  /** BINARYMIME is for bodies; in a header, readers would not agree on where fields begin. */
  private static final Response BARE_IN_HEADER =
      Reply.of("554", "5.6.0 Lines of the header must end with CRLF");

  private static final Response TROUBLE = Reply.of("451", "4.3.0 Local error, please try again");

  private final LimitCheck limits;
  private final IncomingRoom room;
  private MessageHooks hooks = new MessageHooks();

  @Inject
  DataReception(LimitCheck limits, IncomingRoom room) {
    this.limits = limits;
    this.room = room;
  }

  /** Whether DATA was accepted and its final dot not yet seen. */
  static boolean isReceiving(SMTPSession session) {
    return source(session) != null && !BdatCommand.hasBegun(RelaySession.of(session));
  }

  @Override
  public @Nullable Response onLine(
      SMTPSession session, byte[] line, LineHandler<SMTPSession> next) {
    if (!LineEnds.areWhole(line)) {
      return end(session, BARE_LINE_END);
    }
    try {
      if (line.length == 3 && line[0] == '.') {
        return end(session, finish(RelaySession.of(session)));
      }
      incoming(session).addLines(line);
      return null;
    } catch (IOException e) {
      return end(session, noRoom(e));
    }
  }

  /** Begins a message that comes by BDAT. */
  void begin(RelaySession session) {
    session.setMimeMessageInputStreamSource(MimeMessageInputStreamSource.create(MailImpl.getId()));
  }

  /** Adds octets of a chunk; a reply refuses them. */
  @Nullable Response add(RelaySession session, byte[] octets) {
    try {
      IncomingMessage incoming = incoming(session);
      boolean binary = session.transaction().body() == BodyType.BINARY;
      if (!binary && !incoming.ends().follow(octets)) {
        return BARE_IN_CHUNK;
      }
      incoming.add(octets);
      return incoming.isTooLarge() ? tooLarge(session) : null;
    } catch (IOException e) {
      return noRoom(e);
    }
  }

  /** The message is whole; its transaction ends. */
  Response end(RelaySession session) {
    Response reply;
    try {
      boolean whole =
          session.transaction().body() == BodyType.BINARY || incoming(session).ends().mayEnd();
      reply = whole ? finish(session) : BARE_IN_CHUNK;
    } catch (IOException e) {
      reply = noRoom(e);
    }
    session.resetState();
    return reply;
  }

  private static Response noRoom(IOException failure) {
    LOGGER.error("The body of a message could not be written: {}", failure.toString());
    return Reply.last("452", "4.3.1 Insufficient system storage, please try again later");
  }

  private static Response tooLarge(SMTPSession session) {
    long most = most(RelaySession.of(session));
    return Reply.of("552", "5.3.4 The message is larger than " + most + " octets");
  }

  /** The door's bound, or the rule's where that is less; 0 is none. */
  private static long most(RelaySession session) {
    long door = session.getConfiguration().getMaxMessageSize();
    long rule = session.transaction().admission().grant().mostOctets();
    return rule == Long.MAX_VALUE ? door : door == 0 ? rule : Math.min(door, rule);
  }

  private IncomingMessage incoming(SMTPSession session) throws IOException {
    Optional<IncomingMessage> known = session.getAttachment(MESSAGE, State.Transaction);
    if (known.isPresent()) {
      return known.get();
    }
    RelaySession own = RelaySession.of(session);
    IncomingMessage begun = new IncomingMessage(room, source(session), most(own));
    session.setAttachment(MESSAGE, begun, State.Transaction);
    own.transaction().atEnd(begun::end);
    begun.trace(ReceivedField.of(own));
    return begun;
  }

  private static MimeMessageInputStreamSource source(SMTPSession session) {
    return ((ExtendedSMTPSession) session).getMimeMessageWriter();
  }

  private Response finish(RelaySession session) throws IOException {
    IncomingMessage incoming = incoming(session);
    if (session.getAttachment(LINE_TOO_LONG, State.Transaction).isPresent()) {
      return TOO_LONG;
    }
    if (incoming.isTooLarge()) {
      return tooLarge(session);
    }
    RelayMessage message = incoming.message();
    MailImpl mail = ReceivedMail.of(session, source(session).getSourceId());
    // Where the connection breaks, James disposes what it finds under this key.
    session.setAttachment(SMTPConstants.MAIL, mail, State.Transaction);
    try {
      mail.setMessageNoCopy(message);
      if (message.hasOversizedHeader()) {
        return HEADER_TOO_LARGE;
      }
      if (incoming.continuesTrace()) {
        return CONTINUES_NOTHING;
      }
      if (!new LineEnds().follow(message.headerOctets())) {
        return BARE_IN_HEADER;
      }
      Response excess = MessageBounds.excess(message, session.door().limits().message());
      if (excess != null) {
        return excess;
      }
      Admission admission = session.transaction().admission();
      Optional<Response> late = Admission.refusal(session, admission.sender());
      Decision header = SenderCheck.header(admission.grant(), message);
      if (late.isPresent() || !header.goesOn()) {
        return late.or(() -> Admission.refusal(session, header)).orElseThrow();
      }
      MissingFields.add(session, message);
      ReceivedMail.admit(session, mail, admission, header);
      ReceivedMail.noteNeeds(session, mail, message);
      Response reached = limits.end(session, incoming.size());
      if (reached != null) {
        return reached;
      }
      Response response = hooks.run(session, mail, incoming.out());
      if (response != null && response.getRetCode().startsWith("2")) {
        limits.accepted(session);
        session.noteAccepted();
      }
      return response == null ? TROUBLE : response;
    } catch (MessagingException | RuntimeException e) {
      LOGGER.error("Mail {} could not be taken", mail.getName(), e);
      return TROUBLE;
    } finally {
      LifecycleUtil.dispose(mail);
    }
  }

  /** Ends the transaction; the session's state holds the body and disposes it. */
  private static Response end(SMTPSession session, Response response) {
    session.popLineHandler();
    session.resetState();
    return response;
  }

  @Override
  public void wireExtensions(Class<?> type, List<?> extensions) throws WiringException {
    hooks = hooks.with(type, extensions);
  }

  @Override
  public List<Class<?>> getMarkerInterfaces() {
    return List.of(JamesMessageHook.class, MessageHook.class, HookResultHook.class);
  }
}
