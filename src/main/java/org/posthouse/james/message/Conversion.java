/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.message;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.util.Collections;
import java.util.UUID;
import javax.mail.MessagingException;
import javax.mail.internet.MimeMessage;
import javax.mail.internet.MimeUtility;
import org.apache.james.server.core.MimeMessageInputStreamSource;
import org.apache.james.server.core.MimeMessageWrapper;

/** Writes messages that are not ours, and bodies that were replaced, into octets. */
final class Conversion {
  /** Something that writes octets. */
  interface Writer {
    void writeTo(OutputStream out) throws IOException, MessagingException;
  }

  private Conversion() {}

  static RelayMessage convert(MimeMessage message) throws MessagingException {
    Writer writer =
        message instanceof MimeMessageWrapper wrapper
            ? out -> copy(wrapper, out)
            : message::writeTo;
    RelayMessage relay = new RelayMessage(spool(writer).asMessage());
    relay.setFlags(message.getFlags(), true);
    return relay;
  }

  private static void copy(MimeMessageWrapper wrapper, OutputStream out)
      throws IOException, MessagingException {
    if (wrapper.isBodyModified()) {
      // Stock does not end the encoding: up to two octets of base64 would be lost.
      wrapper.writeTo(out, OutputStream.nullOutputStream());
      encodeBody(wrapper, out);
    } else {
      copyOctets(wrapper, out);
    }
  }

  /** Stock's writeTo loses 8-bit octets of headers; what it read them from does not. */
  private static void copyOctets(MimeMessageWrapper wrapper, OutputStream out)
      throws IOException, MessagingException {
    try (InputStream in = wrapper.getMessageInputStream()) {
      // Once parsed, stock answers with a sequence: its own lossy header stream, then the body.
      if (!wrapper.isModified() && !(in instanceof SequenceInputStream)) {
        in.transferTo(out);
        return;
      }
    }
    for (String line : Collections.list(wrapper.getAllHeaderLines())) {
      out.write((line + "\r\n").getBytes(ISO_8859_1));
    }
    out.write("\r\n".getBytes(ISO_8859_1));
    try (InputStream body = wrapper.getRawInputStream()) {
      body.transferTo(out);
    }
  }

  /** Keeps what is written; the caller disposes of it. */
  static SpooledOctets spool(Writer writer) throws MessagingException {
    MimeMessageInputStreamSource source =
        MimeMessageInputStreamSource.create("relay-" + UUID.randomUUID());
    try (OutputStream out = source.getWritableOutputStream()) {
      writer.writeTo(out);
    } catch (IOException e) {
      source.dispose();
      throw new MessagingException("The message cannot be written out", e);
    } catch (MessagingException | RuntimeException e) {
      source.dispose();
      throw e;
    }
    return new SpooledOctets(source);
  }

  /** Writes a replaced body in its transfer encoding. */
  static void encodeBody(MimeMessage message, OutputStream out)
      throws IOException, MessagingException {
    OutputStream encoder = MimeUtility.encode(out, encodingOf(message));
    message.getDataHandler().writeTo(encoder);
    encoder.flush();
  }

  /** Composite types take identity encodings only (RFC 2045 section 6.4). */
  private static String encodingOf(MimeMessage message) throws MessagingException {
    String encoding = message.getEncoding();
    boolean composite = message.isMimeType("multipart/*") || message.isMimeType("message/*");
    boolean identity =
        "7bit".equalsIgnoreCase(encoding)
            || "8bit".equalsIgnoreCase(encoding)
            || "binary".equalsIgnoreCase(encoding);
    return composite && !identity ? "7bit" : encoding;
  }
}
