/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.InputStream;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;
import javax.mail.Session;
import javax.mail.internet.MimeMessage;
import org.posthouse.message.HeaderBlock;
import org.posthouse.message.HeaderField;
import org.posthouse.message.RawHeaders;

/** A message of nothing but header fields, octet by octet as the relay's own keeps them. */
final class RawMessage extends MimeMessage implements RawHeaders {
  private List<HeaderField> fields;

  RawMessage(String header) {
    super(Session.getInstance(new Properties()));
    fields = HeaderBlock.parse(header.getBytes(ISO_8859_1)).fields();
  }

  String text() {
    return fields.stream().map(each -> each.line() + each.end()).collect(Collectors.joining());
  }

  @Override
  public List<HeaderField> fields() {
    return fields;
  }

  @Override
  public void setFields(List<HeaderField> others) {
    fields = others;
  }

  @Override
  public InputStream openBody() {
    return InputStream.nullInputStream();
  }
}
