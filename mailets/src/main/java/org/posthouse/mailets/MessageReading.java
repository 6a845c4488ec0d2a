/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import java.io.IOException;
import java.io.InputStream;
import javax.mail.MessagingException;
import javax.mail.internet.MimeMessage;
import org.posthouse.dkim.BodyHashes;
import org.posthouse.message.RawHeaders;

/** Hashes a message as it will be sent; its body is read once and never held in memory. */
final class MessageReading {
  private MessageReading() {}

  /**
   * Reads it to its end.
   *
   * @throws MessagingException when JavaMail cannot make its octets
   */
  static void read(MimeMessage message, WrittenMessage.Reader reader)
      throws IOException, MessagingException {
    if (message instanceof RawHeaders raw) {
      BodyHashes hashes = BodyHashes.received(); // it leaves as it is (BINARYMIME)
      reader.begin(raw.fields(), hashes);
      try (InputStream body = raw.openBody()) {
        hashes.readAll(body);
      }
      return;
    }
    WrittenMessage written = new WrittenMessage(reader);
    message.writeTo(written);
    written.finish();
  }
}
