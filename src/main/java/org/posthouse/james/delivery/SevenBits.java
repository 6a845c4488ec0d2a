/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.delivery;

import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import javax.activation.DataHandler;
import javax.mail.MessagingException;
import javax.mail.internet.MimeMessage;
import javax.mail.internet.MimeMultipart;
import javax.mail.internet.MimePart;
import javax.mail.util.ByteArrayDataSource;
import org.posthouse.envelope.OctetSearch;

/**
 * Converts messages for hosts that take 7 bits only (RFC 6152 section 3). Stock's converter loses
 * what it does to parts, and gives multiparts an encoding, which RFC 2045 section 6.4 forbids.
 */
final class SevenBits {
  private static final String TYPE = "Content-Type";
  private static final String ENCODING = "Content-Transfer-Encoding";
  private static final Set<String> MORE = Set.of("8bit", "binary");
  private static final int BLOCK = 8192;

  /** Types of text that say no charset, or one without 8-bit characters. */
  private static final Pattern UNSAID =
      Pattern.compile("(?is)text/plain\\s*(;\\s*charset\\s*=\\s*\"?us-ascii\"?\\s*)?");

  private SevenBits() {}

  /**
   * Encodes each part that has 8 bits, whatever it says; octets stay what they are. Text of which
   * nothing tells the charset is then in an unknown one (RFC 1428 section 3).
   *
   * @throws MessagingException when the message cannot be parsed
   * @throws IOException when its body cannot be read or decoded
   */
  static void convert(MimeMessage message) throws MessagingException, IOException {
    convertPart(message);
    message.saveChanges();
  }

  private static void convertPart(MimePart part) throws MessagingException, IOException {
    String type = part.getContentType();
    if (part.isMimeType("multipart/*") && part.getContent() instanceof MimeMultipart parts) {
      for (int i = 0; i < parts.getCount(); i++) {
        convertPart((MimePart) parts.getBodyPart(i));
      }
      part.setContent(parts);
      part.setHeader(TYPE, type);
      part.removeHeader(ENCODING);
    } else if (part.isMimeType("message/rfc822") && has8Bits(part)) {
      try (InputStream octets = part.getInputStream()) {
        MimeMessage inner = new Inner(octets);
        convert(inner);
        part.setContent(inner, type);
      }
      part.setHeader(TYPE, type);
      part.removeHeader(ENCODING);
    } else if (has8Bits(part)) {
      byte[] octets;
      try (InputStream body = part.getInputStream()) {
        octets = body.readAllBytes();
      }
      if (!saysMore(part) && UNSAID.matcher(type).matches()) {
        type = "text/plain; charset=unknown-8bit";
      }
      part.setDataHandler(new DataHandler(new ByteArrayDataSource(octets, type)));
      part.setHeader(TYPE, type);
      part.setHeader(ENCODING, part.isMimeType("text/*") ? "quoted-printable" : "base64");
    }
  }

  private static boolean has8Bits(MimePart part) throws MessagingException, IOException {
    String encoding = part.getEncoding();
    if (saysMore(part)) {
      return true;
    }
    if (encoding != null && !encoding.equalsIgnoreCase("7bit")) {
      return false;
    }
    try (InputStream body = part.getInputStream()) {
      byte[] block = new byte[BLOCK];
      for (int length = body.read(block); length > 0; length = body.read(block)) {
        if (OctetSearch.hasEightBit(block, 0, length)) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean saysMore(MimePart part) throws MessagingException {
    String encoding = part.getEncoding();
    return encoding != null && MORE.contains(encoding.toLowerCase(Locale.ROOT));
  }

  /** One within another keeps what it has and lacks when it is saved. */
  private static final class Inner extends MimeMessage {
    Inner(InputStream octets) throws MessagingException {
      super(null, octets);
    }

    @Override
    protected void updateMessageID() {}

    /** JavaMail would date it now. */
    @Override
    protected synchronized void updateHeaders() throws MessagingException {
      boolean dated = getHeader("Date") != null;
      super.updateHeaders();
      if (!dated) {
        removeHeader("Date");
      }
    }
  }
}
