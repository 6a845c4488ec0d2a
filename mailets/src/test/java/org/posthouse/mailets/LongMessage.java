/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import java.io.InputStream;
import java.util.List;
import java.util.Properties;
import javax.mail.Session;
import javax.mail.internet.MimeMessage;
import org.posthouse.message.HeaderField;
import org.posthouse.message.RawHeaders;

/** A message whose body is made while it is read. */
final class LongMessage extends MimeMessage implements RawHeaders {
  private final long length;
  private List<HeaderField> fields = List.of(HeaderField.of("From: a@example.com", "\r\n"));
  private int opened;

  LongMessage(long length) {
    super(Session.getInstance(new Properties()));
    this.length = length;
  }

  int opened() {
    return opened;
  }

  @Override
  public List<HeaderField> fields() {
    return fields;
  }

  @Override
  public void setFields(List<HeaderField> fields) {
    this.fields = fields;
  }

  @Override
  public InputStream openBody() {
    opened++;
    return new InputStream() {
      private long left = length;

      @Override
      public int read() {
        return left-- > 0 ? 'x' : -1;
      }

      @Override
      public int read(byte[] octets, int offset, int count) {
        if (left <= 0) {
          return -1;
        }
        int given = (int) Math.min(left, count);
        java.util.Arrays.fill(octets, offset, offset + given, (byte) 'x');
        left -= given;
        return given;
      }
    };
  }
}
