/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dsn;

import java.io.IOException;
import java.security.DigestOutputStream;
import java.security.MessageDigest;

/** The mail, or its header, as it comes back to its sender (RFC 3461, section 6.2). */
final class ReturnedPart {
  /** Of a header, in octets; nobody has a use for more. */
  private static final int MOST_OF_HEADER = 128 * 1024;

  private final Report report;
  private final Original original;
  private final long largest;

  ReturnedPart(Report report, Original original, long largest) {
    this.report = report;
    this.original = original;
    this.largest = largest;
  }

  /**
   * Reads the mail once when it may be returned in full.
   *
   * @param digest gets to know all octets of the part
   */
  Part part(MessageDigest digest) throws IOException {
    if (report.kind() == Report.Kind.FAILURE
        && report.ret() == DsnRet.FULL
        && original.size() <= largest
        && isHeaderFit()) {
      LineScan scan = new LineScan();
      original.writeTo(new DigestOutputStream(scan, digest));
      if (scan.isPlain()) {
        return message(scan.isEightBit());
      }
    }
    byte[] header = original.header().octets(MOST_OF_HEADER);
    digest.update(header);
    return header(header);
  }

  /** A message/rfc822 has an ASCII header and must not be encoded (RFC 2046, section 5.2.1). */
  private boolean isHeaderFit() {
    byte[] header = original.header().octets();
    return !isEightBit(header) || isGlobal(header);
  }

  private boolean isGlobal(byte[] header) {
    return report.needsUtf8() && isEightBit(header) && Characters.isUtf8(header);
  }

  private Part message(boolean eightBit) {
    return new Part(
        isGlobal(original.header().octets()) ? Part.GLOBAL : "message/rfc822",
        "Undelivered mail",
        Part.Encoding.identity(eightBit),
        original::writeTo);
  }

  private Part header(byte[] header) {
    String description = "Header of the mail";
    if (isGlobal(header) && scan(header).isPlain()) {
      return new Part(
          Part.GLOBAL_HEADERS, description, Part.Encoding.EIGHT_BIT, out -> out.write(header));
    }
    // Broken headers may be encoded here (RFC 6522, section 4).
    return Part.sevenBit("text/rfc822-headers", description, header);
  }

  private static boolean isEightBit(byte[] octets) {
    return scan(octets).isEightBit();
  }

  private static LineScan scan(byte[] octets) {
    LineScan scan = new LineScan();
    scan.write(octets, 0, octets.length);
    return scan;
  }
}
