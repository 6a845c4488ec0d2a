/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Properties;
import javax.mail.MessagingException;
import javax.mail.Session;
import javax.mail.internet.MimeMessage;
import org.posthouse.message.HeaderBlock;
import org.posthouse.message.HeaderField;
import org.posthouse.message.RawHeaders;

/** A message that is edited octet by octet and counts its edits. */
final class CountingMessage extends MimeMessage implements RawHeaders {
  private List<HeaderField> fields;
  private int edits;

  CountingMessage(String text) throws MessagingException {
    super(
        Session.getInstance(new Properties()),
        new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)));
    fields = HeaderBlock.parse(text.getBytes(StandardCharsets.ISO_8859_1)).fields();
  }

  @Override
  public List<HeaderField> fields() {
    return fields;
  }

  @Override
  public void setFields(List<HeaderField> changed) {
    fields = List.copyOf(changed);
    edits++;
  }

  @Override
  public InputStream openBody() throws IOException, MessagingException {
    return getRawInputStream();
  }

  int edits() {
    return edits;
  }

  String header() {
    StringBuilder header = new StringBuilder();
    fields.forEach(field -> header.append(field.line()).append(field.end()));
    return header.toString();
  }
}
