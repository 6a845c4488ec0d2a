/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.mail.Header;
import javax.mail.MessagingException;
import javax.mail.internet.MimeMessage;

/** Puts a line on top of a header; JavaMail itself adds below or at places of its own choice. */
final class TopHeader {
  private TopHeader() {}

  /**
   * @param line a whole header line, which may be folded, without its last line break
   */
  static void put(MimeMessage message, String line) throws MessagingException {
    List<String> lines = Collections.list(message.getAllHeaderLines());
    for (String name : names(message)) {
      message.removeHeader(name);
    }
    message.addHeaderLine(line);
    for (String each : lines) {
      message.addHeaderLine(each);
    }
  }

  private static Set<String> names(MimeMessage message) throws MessagingException {
    Set<String> names = new LinkedHashSet<>();
    for (Header header : Collections.list(message.getAllHeaders())) {
      names.add(header.getName().toLowerCase(Locale.ROOT));
    }
    return names;
  }
}
