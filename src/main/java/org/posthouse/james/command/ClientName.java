/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.command;

import java.util.regex.Pattern;
import org.apache.james.protocols.api.ProtocolSession.State;
import org.apache.james.protocols.smtp.SMTPSession;
import org.jspecify.annotations.Nullable;

/** The name that a client gives with EHLO or HELO. */
final class ClientName {
  /**
   * A domain or an address literal (RFC 5321 section 4.1.1.1), with what programs send for one: a
   * name alone, underscores, an address without brackets.
   */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_:.\\[\\]-]{1,255}");

  private ClientName() {}

  static boolean isOne(@Nullable String name) {
    return name != null && NAME.matcher(name.strip()).matches();
  }

  static void set(SMTPSession session, String command, String name) {
    session.setAttachment(SMTPSession.CURRENT_HELO_MODE, command, State.Connection);
    session.setAttachment(SMTPSession.CURRENT_HELO_NAME, name.strip(), State.Connection);
  }

  static String greeting(SMTPSession session, String name) {
    return session.getConfiguration().getHelloName()
        + " Hello "
        + name.strip()
        + " ["
        + RelaySession.of(session).clientAddress()
        + "]";
  }
}
