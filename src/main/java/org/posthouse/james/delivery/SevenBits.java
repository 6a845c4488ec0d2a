/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.delivery;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import javax.activation.DataHandler;
import javax.mail.MessagingException;
import javax.mail.internet.ContentType;
import javax.mail.internet.MimeMessage;
import javax.mail.internet.MimeMultipart;
import javax.mail.internet.MimePart;
import javax.mail.internet.ParseException;
import javax.mail.util.ByteArrayDataSource;
import org.jspecify.annotations.Nullable;
import org.posthouse.envelope.OctetSearch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Converts messages for hosts that take 7 bits only (RFC 6152 section 3). Stock's converter loses
 * what it does to parts, and gives multiparts an encoding, which RFC 2045 section 6.4 forbids.
 */
final class SevenBits {
  private static final Logger LOGGER = LoggerFactory.getLogger(SevenBits.class);
  private static final String TYPE = "Content-Type";
  private static final String ENCODING = "Content-Transfer-Encoding";
  private static final Set<String> MORE = Set.of("8bit", "binary");
  private static final int BLOCK = 8192;

  /** Types of text that say no charset, or one without 8-bit characters. */
  private static final Pattern UNSAID =
      Pattern.compile("(?is)text/plain\\s*(;\\s*charset\\s*=\\s*\"?us-ascii\"?\\s*)?");

  private static final Pattern MULTIPART = Pattern.compile("(?i)\\s*multipart/");
  private static final Pattern LINE_END = Pattern.compile("\r?\n");

  private SevenBits() {}

  /**
   * Encodes each part that has 8 bits or a lone CR or LF, whatever it says; octets stay what they
   * are. Text of which nothing tells the charset is then in an unknown one (RFC 1428 section 3).
   *
   * @throws MessagingException when the message cannot be parsed, has a multipart that names no
   *     boundary, or has 8 bits in a header, of which nothing tells the charset
   * @throws IOException when its body cannot be read or decoded
   */
  static void convert(MimeMessage message) throws MessagingException, IOException {
    convertPart(message);
    message.saveChanges();
  }

  private static void convertPart(MimePart part) throws MessagingException, IOException {
    requireSevenBits(part);
    String type = part.getContentType();
    requireBoundary(part, type);
    if (part.isMimeType("multipart/*") && part.getContent() instanceof MimeMultipart parts) {
      for (int i = 0; i < parts.getCount(); i++) {
        convertPart((MimePart) parts.getBodyPart(i));
      }
      String preamble = parts.getPreamble();
      if (preamble != null) {
        // Its lines end as the system's do. Nobody is to read it (RFC 2046 section 5.1.1).
        String lines = LINE_END.matcher(preamble).replaceAll("\r\n");
        parts.setPreamble(Octets.of(lines).areSevenBitLines() ? lines : null);
      }
      part.setContent(parts);
      part.setHeader(TYPE, type);
      part.removeHeader(ENCODING);
    } else if (part.isMimeType("message/rfc822") && isToBeEncoded(part)) {
      try (InputStream octets = part.getInputStream()) {
        MimeMessage inner = new Inner(octets);
        convert(inner);
        part.setContent(inner, type);
      }
      part.setHeader(TYPE, type);
      part.removeHeader(ENCODING);
    } else if (isToBeEncoded(part)) {
      byte[] octets;
      try (InputStream body = part.getInputStream()) {
        octets = body.readAllBytes();
      }
      Octets found = Octets.of(octets);
      if (found.hasEightBit() && !saysMore(part) && UNSAID.matcher(type).matches()) {
        type = "text/plain; charset=unknown-8bit";
      }
      part.setDataHandler(new DataHandler(new ByteArrayDataSource(octets, type)));
      part.setHeader(TYPE, type);
      // JavaMail's quoted-printable makes a line end of a lone CR or LF.
      boolean isText = part.isMimeType("text/*") && !found.hasLone();
      part.setHeader(ENCODING, isText ? "quoted-printable" : "base64");
    }
  }

  /** JavaMail would write question marks. */
  private static void requireSevenBits(MimePart part) throws MessagingException {
    for (String line : Collections.list(part.getAllHeaderLines())) {
      if (!line.chars().allMatch(c -> c < 0x80)) {
        throw new MessagingException("its header has 8-bit octets");
      }
    }
  }

  /** RFC 2046 section 5.1.1; JavaMail reads without one, and then writes the word null for it. */
  private static void requireBoundary(MimePart part, String type) throws MessagingException {
    if (part.isMimeType("multipart/*") || MULTIPART.matcher(type).lookingAt()) {
      String boundary = boundary(type);
      if (boundary == null || boundary.isBlank()) {
        throw new MessagingException("a multipart in it names no boundary");
      }
    }
  }

  private static @Nullable String boundary(String type) {
    try {
      return new ContentType(type).getParameter("boundary");
    } catch (ParseException e) {
      LOGGER.debug("{} cannot be read", type, e);
      return null;
    }
  }

  /** A lone CR or LF, which BINARYMIME lets in, would become a line end on its way. */
  private static boolean isToBeEncoded(MimePart part) throws MessagingException, IOException {
    String encoding = part.getEncoding();
    if (saysMore(part)) {
      return true;
    }
    if (encoding != null && !encoding.equalsIgnoreCase("7bit")) {
      return false;
    }
    try (InputStream body = part.getInputStream()) {
      return !Octets.of(body).areSevenBitLines();
    }
  }

  /** What a body has that a host of 7 bits does not take as it is. */
  private record Octets(boolean hasEightBit, boolean hasLone) {
    static Octets of(byte[] octets) {
      try {
        return of(new ByteArrayInputStream(octets));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    static Octets of(String text) {
      return of(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    static Octets of(InputStream body) throws IOException {
      boolean hasEightBit = false;
      boolean hasLone = false;
      boolean isAfterCr = false;
      byte[] block = new byte[BLOCK];
      for (int length = body.read(block); length > 0; length = body.read(block)) {
        hasEightBit |= OctetSearch.hasEightBit(block, 0, length);
        for (int i = 0; i < length; i++) {
          hasLone |= isAfterCr != (block[i] == '\n');
          isAfterCr = block[i] == '\r';
        }
      }
      return new Octets(hasEightBit, hasLone || isAfterCr);
    }

    boolean areSevenBitLines() {
      return !hasEightBit && !hasLone;
    }
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
