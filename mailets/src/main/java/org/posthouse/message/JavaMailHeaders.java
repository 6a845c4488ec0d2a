/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.message;

import java.io.IOException;
import java.io.InputStream;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.mail.Header;
import javax.mail.MessagingException;
import javax.mail.internet.MimeMessage;

/** The header of a message that only JavaMail knows how to edit. */
final class JavaMailHeaders implements RawHeaders {
  private static final String LINE_END = "\r\n";

  private final MimeMessage message;

  JavaMailHeaders(MimeMessage message) {
    this.message = message;
  }

  @Override
  public List<HeaderField> fields() throws MessagingException {
    return Collections.list(message.getAllHeaderLines()).stream()
        .map(line -> HeaderField.of(line, LINE_END))
        .toList();
  }

  @Override
  public void setFields(List<HeaderField> fields) throws MessagingException {
    for (String name : names()) {
      message.removeHeader(name);
    }
    for (HeaderField field : fields) {
      message.addHeaderLine(field.line());
    }
  }

  private Set<String> names() throws MessagingException {
    Set<String> names = new LinkedHashSet<>();
    for (Header header : Collections.list(message.getAllHeaders())) {
      names.add(header.getName().toLowerCase(Locale.ROOT));
    }
    return names;
  }

  @Override
  public InputStream openBody() throws IOException, MessagingException {
    return message.getRawInputStream();
  }
}
