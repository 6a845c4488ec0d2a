/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.smtp;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.james.core.MailAddress;
import org.apache.james.core.MaybeSender;
import org.apache.james.protocols.api.ProtocolSession;
import org.apache.james.protocols.api.ProtocolSession.State;
import org.apache.james.protocols.smtp.SMTPSession;
import org.posthouse.envelope.Path;
import org.posthouse.james.EventText;
import org.posthouse.james.RefusalReason;
import org.posthouse.james.auth.AuthCommand;
import org.posthouse.james.command.RelaySession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes one line for each MAIL, RCPT, DATA, AUTH and XCLIENT of a connection that is refused,
 * whoever refuses it: every reply leaves through {@link SmtpTransport}, so no handler has to take
 * part, and none can be asked twice. What is sent within AUTH or DATA is never looked at.
 */
final class Refusals {
  private static final Logger MAIL = LoggerFactory.getLogger("org.posthouse.mail");
  private static final String REFUSED =
      "refused id={} client={} login={} from={} to={} reply={} {}{}";

  /** Where the connection is closed without a word. */
  static final String NO_REPLY = "";

  /** Octets of a command that are read; the rest of a line cannot name anybody. */
  private static final int LONGEST_COMMAND = 1024;

  /** Recipients that are named when a whole mail is refused. */
  private static final int NAMED = 20;

  private enum Command {
    MAIL,
    RCPT,
    DATA,
    AUTH,
    HELLO,
    XCLIENT,
    OTHER
  }

  private Command command = Command.OTHER;
  private String from = "-";
  private String to = "-";
  private List<MailAddress> recipients = List.of();

  /** A line has come and will be handled; what it may change in the session is noted. */
  synchronized void onLine(SMTPSession session, ByteBuf line) {
    if (command == Command.AUTH || command == Command.DATA) {
      return; // Not replied to yet: this line may be a password, or one of a body's thousands.
    }
    if (DataReception.isReceiving(session)) {
      command = Command.DATA;
      noteEnvelope(session);
    } else {
      begin(session, line);
    }
  }

  /** Octets of a message have come in a chunk. */
  synchronized void onChunk(SMTPSession session) {
    if (command != Command.DATA) {
      command = Command.DATA;
      noteEnvelope(session);
    }
  }

  /** Whether the next reply is one to EHLO or HELO, which has no enhanced code (RFC 2034). */
  synchronized boolean answersHello() {
    return command == Command.HELLO;
  }

  private void begin(SMTPSession session, ByteBuf line) {
    int length = Math.min(line.readableBytes(), LONGEST_COMMAND);
    String text = line.toString(line.readerIndex(), length, StandardCharsets.UTF_8).strip();
    String[] words = text.split(" ", 2);
    command = command(words[0]);
    String argument = words.length > 1 ? words[1] : "";
    switch (command) {
      case MAIL -> note(path(argument), "-");
      case RCPT -> note(sender(session), path(argument));
      case DATA -> noteEnvelope(session);
      case AUTH, HELLO, XCLIENT, OTHER -> note("-", "-");
    }
  }

  private static Command command(String word) {
    return switch (word.toUpperCase(Locale.ROOT)) {
      case "MAIL" -> Command.MAIL;
      case "RCPT" -> Command.RCPT;
      case "DATA" -> Command.DATA;
      case "BDAT" -> Command.DATA;
      case "AUTH" -> Command.AUTH;
      case "XCLIENT" -> Command.XCLIENT;
      case "EHLO", "HELO" -> Command.HELLO;
      default -> Command.OTHER;
    };
  }

  private void note(String newFrom, String newTo) {
    from = newFrom;
    to = newTo;
    recipients = List.of();
  }

  /** The reply to DATA comes when the session has forgotten its transaction. */
  private void noteEnvelope(SMTPSession session) {
    from = sender(session);
    to = "-";
    recipients = session.getAttachment(SMTPSession.RCPT_LIST, State.Transaction).orElse(List.of());
  }

  private static String sender(SMTPSession session) {
    return session
        .getAttachment(SMTPSession.SENDER, State.Transaction)
        .map(Refusals::path)
        .orElse("-");
  }

  private static String path(MaybeSender sender) {
    return EventText.address(sender.asOptional().map(MailAddress::asString).orElse(""));
  }

  /** The address after FROM: or TO:, as it was sent. */
  private static String path(String argument) {
    String address = argument.substring(argument.indexOf(':') + 1).strip();
    boolean bracketed = address.startsWith("<");
    int end = bracketed ? Path.closing(address) : address.indexOf(' ');
    String shown = end < 0 ? address : address.substring(0, end);
    return EventText.path(bracketed ? shown.substring(1) : shown);
  }

  /** A reply is about to be sent. */
  synchronized void onReply(ProtocolSession session, byte[] reply) {
    String text = new String(reply, StandardCharsets.UTF_8);
    if (command == Command.AUTH && text.startsWith("334")) {
      return; // The dialog goes on.
    }
    Optional<RefusalReason> reason = RelaySession.of((SMTPSession) session).takeReason();
    boolean refused = text.startsWith("4") || text.startsWith("5");
    if (refused && command != Command.OTHER && command != Command.HELLO) {
      log(session, text, reason.orElseGet(() -> RefusalReason.ofReply(text)));
    }
    note("-", "-");
    command = Command.OTHER;
  }

  /** A session is about to be ended, or was ended by TLS, whatever it was about. */
  synchronized void onHangUp(ProtocolSession session, String reply, RefusalReason reason) {
    log(session, reply, reason);
    note("-", "-");
    command = Command.OTHER;
  }

  private void log(ProtocolSession session, String reply, RefusalReason reason) {
    Object[] values = {
      session.getSessionID(),
      session.getRemoteAddress().getAddress().getHostAddress(),
      EventText.word(login(session)),
      from,
      recipients.isEmpty() ? to : named(recipients),
      word(reply),
      reason,
      RelaySession.of((SMTPSession) session)
          .identity()
          .map(who -> " identity=" + EventText.word(who.name()))
          .orElse("")
    };
    if (reason.isTrouble()) {
      MAIL.warn(REFUSED, values);
    } else {
      MAIL.info(REFUSED, values);
    }
  }

  /** A reply as a word of the line; its further lines stand behind the first. */
  static String word(String reply) {
    return reply.isEmpty() ? "-" : EventText.quoted(reply.replaceAll("\r\n\\d{3}[- ]", " "));
  }

  /** Who is logged in, else who just tried to. */
  private static String login(ProtocolSession session) {
    return session.getUsername() != null
        ? session.getUsername().asString()
        : session.getAttachment(AuthCommand.TRIED, State.Connection).orElse("-");
  }

  private static String named(List<MailAddress> recipients) {
    String first =
        EventText.paths(recipients.stream().limit(NAMED).map(MailAddress::asString).toList());
    int more = recipients.size() - NAMED;
    return more > 0 ? first + ",+" + more : first;
  }
}
