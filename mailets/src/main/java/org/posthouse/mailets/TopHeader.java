/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import java.util.List;
import javax.mail.MessagingException;
import javax.mail.internet.MimeMessage;
import org.posthouse.message.HeaderEdit;
import org.posthouse.message.RawHeaders;

/** Puts lines on top of a header; JavaMail itself adds below or at places of its own choice. */
final class TopHeader {
  private TopHeader() {}

  /**
   * @param lines whole header lines from the top, which may be folded, without the last line break
   */
  static void put(MimeMessage message, List<String> lines) throws MessagingException {
    RawHeaders headers = RawHeaders.of(message);
    HeaderEdit edit = new HeaderEdit(headers.fields());
    edit.prepend(lines);
    headers.setFields(edit.fields());
  }
}
