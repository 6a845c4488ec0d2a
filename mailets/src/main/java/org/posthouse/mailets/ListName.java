/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import java.util.Optional;
import javax.mail.MessagingException;
import org.apache.mailet.Mail;
import org.posthouse.message.HeaderField;
import org.posthouse.message.RawHeaders;

/** What a mail calls the list that it is of: its List-Id (RFC 2919), else its sender. */
final class ListName {
  /** Characters of the longest identifier (RFC 2919). */
  private static final int LONGEST = 255;

  private ListName() {}

  /** Empty for mail that has neither. */
  static String of(Mail mail) throws MessagingException {
    for (HeaderField field : RawHeaders.of(mail.getMessage()).fields()) {
      if (!field.removed() && field.is("List-Id")) {
        Optional<String> id = identifier(field.value());
        if (id.isPresent()) {
          return id.get();
        }
      }
    }
    return mail.getMaybeSender().asString("");
  }

  /** What stands in the last angle brackets, when it is a name of printable ASCII. */
  private static Optional<String> identifier(String value) {
    int start = value.lastIndexOf('<') + 1;
    int end = value.indexOf('>', start);
    if (start == 0 || end <= start || end - start > LONGEST) {
      return Optional.empty();
    }
    String id = value.substring(start, end);
    return id.chars().allMatch(c -> c > ' ' && c < 0x7F) ? Optional.of(id) : Optional.empty();
  }
}
