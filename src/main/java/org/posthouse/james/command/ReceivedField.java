/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.apache.james.core.MailAddress;
import org.apache.james.protocols.api.ProtocolSession.State;
import org.apache.james.protocols.smtp.SMTPSession;
import org.posthouse.envelope.Path;

/** The field Received that this relay puts on top of a message (RFC 5321 section 4.4). */
public final class ReceivedField {
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss Z (zzz)", Locale.US);

  private ReceivedField() {}

  /** All of it, with its line ends. Nothing in it was looked up, so nothing waited for the DNS. */
  public static byte[] of(RelaySession session) {
    String text =
        "Received: from "
            + client(session)
            + "\r\n          by "
            + session.getConfiguration().getHelloName()
            + " ("
            + session.getConfiguration().getSoftwareName()
            + ") with "
            + protocol(session)
            + " ID "
            + session.getSessionID()
            + tls(session)
            + onlyRecipient(session)
            + ";\r\n          "
            + DATE.format(ZonedDateTime.now(ZoneId.systemDefault()))
            + "\r\n";
    return text.getBytes(UTF_8);
  }

  /** A Domain, as the syntax wants one; nobody can take it for a host (RFC 6761 section 6.4). */
  private static String client(RelaySession session) {
    return session
        .pseudonym()
        .map(pseudonym -> pseudonym + ".invalid")
        .orElseGet(() -> named(session));
  }

  private static String named(RelaySession session) {
    String address = session.clientAddress();
    String literal = (address.indexOf(':') < 0 ? "[" : "[IPv6:") + address + "]";
    return session
        .getAttachment(SMTPSession.CURRENT_HELO_NAME, State.Connection)
        .map(name -> name + " (" + literal + ")")
        .orElse(literal);
  }

  /** RFC 3848, and RFC 6531 section 4.3. */
  private static String protocol(RelaySession session) {
    boolean extended =
        session
            .getAttachment(SMTPSession.CURRENT_HELO_MODE, State.Connection)
            .filter("EHLO"::equals)
            .isPresent();
    if (!extended) {
      return "SMTP";
    }
    return (session.transaction().isInternational() ? "UTF8SMTP" : "ESMTP")
        + (session.isTLSStarted() ? "S" : "")
        + (session.getUsername() == null ? "" : "A");
  }

  private static String tls(RelaySession session) {
    return session.protection().map(tls -> "\r\n          (" + tls + ")").orElse("");
  }

  /** Of several recipients none: each would learn of those in Bcc. */
  private static String onlyRecipient(RelaySession session) {
    List<MailAddress> recipients =
        session.getAttachment(SMTPSession.RCPT_LIST, State.Transaction).orElse(List.of());
    return recipients.size() == 1
        ? "\r\n          for <" + Path.written(recipients.get(0).asString()) + ">"
        : "";
  }
}
