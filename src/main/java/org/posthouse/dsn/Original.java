/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dsn;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** The mail that a report is about. */
public final class Original {
  private final OriginalHeader header;
  private final long size;
  private final Body body;

  /** What follows the empty line. It is read twice at most, and is the same each time. */
  @FunctionalInterface
  public interface Body {
    InputStream open() throws IOException;
  }

  /**
   * A mail.
   *
   * @param header its octets up to the first line of the body; the empty line may be among them
   * @param bodySize octets of the body
   * @param body opened only when the mail is returned in full
   */
  public Original(byte[] header, long bodySize, Body body) {
    this.header = new OriginalHeader(header);
    this.size = header.length + bodySize;
    this.body = body;
  }

  OriginalHeader header() {
    return header;
  }

  /** In octets, as it came. */
  long size() {
    return size;
  }

  /** All of it, with lines that end in CR LF. */
  void writeTo(OutputStream out) throws IOException {
    out.write(header.octets());
    out.write('\r');
    out.write('\n');
    try (InputStream in = body.open()) {
      in.transferTo(new CrlfStream(out));
    }
  }
}
