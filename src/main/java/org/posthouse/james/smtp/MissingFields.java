/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.smtp;

import java.security.SecureRandom;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.HexFormat;
import javax.mail.MessagingException;
import org.posthouse.james.command.RelaySession;
import org.posthouse.james.message.RelayMessage;
import org.posthouse.message.DateTime;

/**
 * Gives a message that is submitted the fields that it must have and lacks (RFC 6409 section 8.2
 * and 8.3): printers and scripts leave them out. They stand below our trace field; nothing else
 * changes.
 */
final class MissingFields {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int ID_OCTETS = 12;

  private MissingFields() {}

  /** Of whom we only pass mail on, nothing is completed. */
  static void add(RelaySession session, RelayMessage message) throws MessagingException {
    if (!session.isRelayingAllowed()) {
      return;
    }
    if (message.getHeader("Message-ID", null) == null) {
      String host = session.getConfiguration().getHelloName();
      message.insertBelowTrace("Message-ID: <" + id() + "@" + host + ">");
    }
    if (message.getHeader("Date", null) == null) {
      message.insertBelowTrace("Date: " + DateTime.text(ZonedDateTime.now(ZoneId.systemDefault())));
    }
  }

  private static String id() {
    byte[] octets = new byte[ID_OCTETS];
    RANDOM.nextBytes(octets);
    return HexFormat.of().formatHex(octets);
  }
}
