/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dsn;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * One part of a report.
 *
 * @param type its Content-Type
 * @param description its Content-Description
 * @param encoding its Content-Transfer-Encoding, which the content has already
 * @param content its lines, ended by CR LF
 */
record Part(String type, String description, Encoding encoding, Content content) {
  /** A mail with a header in UTF-8. */
  static final String GLOBAL = "message/global";

  /** Such a header. */
  static final String GLOBAL_HEADERS = "message/global-headers";

  /** How octets became lines (RFC 2045, section 6). */
  enum Encoding {
    SEVEN_BIT("7bit"),
    EIGHT_BIT("8bit"),
    QUOTED_PRINTABLE("quoted-printable");

    final String keyword;

    Encoding(String keyword) {
      this.keyword = keyword;
    }

    static Encoding identity(boolean eightBit) {
      return eightBit ? EIGHT_BIT : SEVEN_BIT;
    }
  }

  /** Can be written more than once. */
  interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  static Part text(String text) {
    String charset = Characters.isAscii(text) ? "us-ascii" : "utf-8";
    return sevenBit(
        "text/plain; charset=" + charset, "Notification", text.getBytes(StandardCharsets.UTF_8));
  }

  /** As it is, or else as quoted-printable. */
  static Part sevenBit(String type, String description, byte[] octets) {
    LineScan scan = new LineScan();
    scan.write(octets, 0, octets.length);
    return scan.isPlain() && !scan.isEightBit()
        ? new Part(type, description, Encoding.SEVEN_BIT, out -> out.write(octets))
        : quotedPrintable(type, description, QuotedPrintable.encode(octets));
  }

  private static Part quotedPrintable(String type, String description, byte[] encoded) {
    return new Part(type, description, Encoding.QUOTED_PRINTABLE, out -> out.write(encoded));
  }

  boolean isEightBit() {
    return encoding == Encoding.EIGHT_BIT;
  }

  /** RFC 6532, section 3.7; a status part only needs eight bits (RFC 6533, section 4). */
  boolean needsSmtpUtf8() {
    return type.equals(GLOBAL) || type.equals(GLOBAL_HEADERS);
  }

  void writeTo(OutputStream out) throws IOException {
    Fields fields = new Fields(false);
    fields.add("Content-Description", description);
    fields.add("Content-Type", type);
    fields.add("Content-Transfer-Encoding", encoding.keyword);
    out.write(fields.endGroup().octets());
    content.writeTo(out);
  }
}
