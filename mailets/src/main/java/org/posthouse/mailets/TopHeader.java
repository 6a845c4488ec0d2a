/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import java.util.ArrayList;
import java.util.List;
import javax.mail.MessagingException;
import javax.mail.internet.MimeMessage;
import org.posthouse.message.HeaderField;
import org.posthouse.message.RawHeaders;

/** Puts a line on top of a header; JavaMail itself adds below or at places of its own choice. */
final class TopHeader {
  private TopHeader() {}

  /**
   * @param line a whole header line, which may be folded, without its last line break
   */
  static void put(MimeMessage message, String line) throws MessagingException {
    RawHeaders headers = RawHeaders.of(message);
    List<HeaderField> fields = new ArrayList<>();
    fields.add(HeaderField.written(line, "\r\n"));
    fields.addAll(headers.fields());
    headers.setFields(fields);
  }
}
