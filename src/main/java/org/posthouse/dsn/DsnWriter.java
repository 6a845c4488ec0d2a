/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dsn;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Writes delivery status notifications (RFC 3464): a text for persons, the same for machines, and
 * the mail or its header. The same report makes the same octets.
 */
public final class DsnWriter {
  private final long largest;
  private final ReportStyle style;

  /**
   * A writer.
   *
   * @param largest size in octets; of a mail that is larger only the header is returned
   */
  public DsnWriter(long largest, ReportStyle style) {
    this.largest = largest;
    this.style = style;
  }

  /**
   * Writes a report. The header is all that comes back of a mail, whatever RET says, when it is not
   * about a failure (RFC 3461, section 4.3) or the mail cannot be sent as it is: too large, lines
   * of more than 998 octets, NUL, a header that is not ASCII although the report is.
   *
   * @throws IOException when the body cannot be read
   */
  public Dsn write(Report report, Original original) throws IOException {
    MessageDigest digest = sha256();
    digest.update(report.id().getBytes(StandardCharsets.UTF_8));
    List<Part> parts = new ArrayList<>();
    parts.add(Part.text(Explanation.of(report, style.introduction())));
    parts.add(StatusPart.of(report));
    if (style.returnsMail()) {
      parts.add(new ReturnedPart(report, original, largest).part(digest));
    }
    // No mail holds its own digest; "=_" is in nothing that is quoted-printable.
    String boundary = "=_" + HexFormat.of().formatHex(digest.digest(), 0, 16);
    boolean eightBit = parts.stream().anyMatch(Part::isEightBit);
    boolean utf8 =
        !Characters.isAscii(report.reversePath()) || parts.stream().anyMatch(Part::needsSmtpUtf8);
    byte[] header = header(report, original.header(), boundary, eightBit);
    return new Dsn(header, out -> body(parts, boundary, out), eightBit, utf8);
  }

  private byte[] header(Report report, OriginalHeader original, String boundary, boolean eightBit) {
    Fields fields = new Fields(report.needsUtf8());
    fields.add("From", "Mail Delivery System <" + Characters.path(report.postmaster()) + ">");
    fields.add("To", "<" + Characters.path(report.reversePath()) + ">");
    fields.add("Subject", Subject.of(style.subjectPrefix(), report, original));
    fields.add("Date", Dates.of(report.date()));
    fields.add("Message-ID", messageId(report));
    original.messageId().ifPresent(id -> fields.add("In-Reply-To", id).add("References", id));
    // RFC 3834, section 5: nobody's absence notice answers it.
    fields.add("Auto-Submitted", "auto-replied");
    fields.add("MIME-Version", "1.0");
    fields.add(
        "Content-Type",
        "multipart/report; report-type=delivery-status; boundary=\"" + boundary + "\"");
    fields.add("Content-Transfer-Encoding", Part.Encoding.identity(eightBit).keyword);
    return fields.endGroup().octets();
  }

  private static String messageId(Report report) {
    String left = report.id().replaceAll("[^A-Za-z0-9_-]", "-");
    String right = report.reportingMta().replaceAll("[^A-Za-z0-9.-]", "-");
    return "<" + left + ".dsn@" + right + ">";
  }

  private static void body(List<Part> parts, String boundary, OutputStream out) throws IOException {
    write(out, "This is a report in several parts, as MIME has them.\r\n");
    for (Part part : parts) {
      write(out, "\r\n--" + boundary + "\r\n");
      part.writeTo(out);
    }
    write(out, "\r\n--" + boundary + "--\r\n");
  }

  private static void write(OutputStream out, String line) throws IOException {
    out.write(line.getBytes(StandardCharsets.US_ASCII));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has it", e);
    }
  }
}
