/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.message;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import javax.mail.MessagingException;
import javax.mail.internet.MimeMessage;

/**
 * A message whose header fields can be edited one by one while all other octets stay as they came.
 * The relay's own message is one; around any other, as a stock James has it, stands one that does
 * the same by JavaMail and cannot promise the octets.
 */
public interface RawHeaders {
  /** The message itself when it is one, else one that edits the message. */
  static RawHeaders of(MimeMessage message) {
    return message instanceof RawHeaders raw ? raw : new JavaMailHeaders(message);
  }

  /**
   * The fields from the top.
   *
   * @throws MessagingException when the message cannot be read
   */
  List<HeaderField> fields() throws MessagingException;

  /**
   * Puts other fields in the place of all. A field that is among both is written as it came.
   *
   * @throws MessagingException when the message cannot be read or changed
   */
  void setFields(List<HeaderField> fields) throws MessagingException;

  /**
   * A new stream over the body as it is transferred; the caller closes it.
   *
   * @throws IOException when the octets cannot be read
   * @throws MessagingException when the message cannot be read
   */
  InputStream openBody() throws IOException, MessagingException;
}
