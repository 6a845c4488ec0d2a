/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import java.util.Optional;
import javax.mail.MessagingException;
import org.apache.mailet.Mail;
import org.posthouse.message.HeaderEdit;
import org.posthouse.message.RawHeaders;
import org.posthouse.message.StrayLine;

/**
 * Puts an edited header in the place of a mail's own, unless a line of that is no field: others may
 * take what stands behind it for the body. Such a mail goes on as it came, and the log tells it.
 */
final class EditedHeader {
  private EditedHeader() {}

  /** An edit that has changed nothing is no matter. */
  static void put(Mail mail, HeaderEdit edit) throws MessagingException {
    if (edit.isChanged() && mayReplace(mail)) {
      RawHeaders.of(mail.getMessage()).setFields(edit.fields());
    }
  }

  /** Whether the header may be another; why not is in the log. */
  static boolean mayReplace(Mail mail) throws MessagingException {
    Optional<StrayLine> stray = StrayLine.in(RawHeaders.of(mail.getMessage()).fields());
    stray.ifPresent(line -> MailLog.unparsable(mail, line.toString()));
    return stray.isEmpty();
  }
}
