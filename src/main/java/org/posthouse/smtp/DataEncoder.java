/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.smtp;

import io.netty.buffer.ByteBuf;
import org.posthouse.envelope.OctetSearch;

/**
 * Turns the octets of a message into what follows DATA (RFC 5321, section 4.5.2), where dots at the
 * beginning of a line are doubled, or BDAT (RFC 3030). No CR or LF goes out alone, since a host
 * that takes one for the end of a line could be made to see another mail.
 */
final class DataEncoder {
  /** How a message goes out. */
  enum Form {
    /** Behind DATA: lines, with their dots. */
    DATA,
    /** In chunks: lines. */
    LINES,
    /** In chunks, as it is (BINARYMIME, RFC 3030). */
    OCTETS
  }

  private final Form form;
  private final boolean dotted;
  private boolean atLineStart = true;
  private boolean afterCr;

  /** An encoder of one message. */
  DataEncoder(Form form) {
    this.form = form;
    this.dotted = form == Form.DATA;
  }

  /** Encodes the next octets; at most twice as many come out. */
  void encode(byte[] in, int from, int to, ByteBuf out) {
    if (form == Form.OCTETS) {
      out.writeBytes(in, from, to - from);
    } else {
      encodeLines(in, from, to, out);
    }
  }

  private void encodeLines(byte[] in, int from, int to, ByteBuf out) {
    int start = from; // what comes before has gone out
    int next = from;
    while (next < to) {
      if (afterCr) {
        afterCr = false;
        atLineStart = true;
        if (in[next] == '\n') {
          next++;
          continue;
        }
        out.writeBytes(in, start, next - start).writeByte('\n');
        start = next;
      }
      if (atLineStart && dotted && in[next] == '.') {
        out.writeBytes(in, start, next - start).writeByte('.');
        start = next;
      }
      int end = OctetSearch.lineEnd(in, next, to);
      atLineStart = end == next && atLineStart;
      next = end + 1;
      if (end < to && in[end] == '\r') {
        afterCr = true;
      } else if (end < to) {
        out.writeBytes(in, start, end - start).writeByte('\r').writeByte('\n');
        start = next;
        atLineStart = true;
      }
    }
    out.writeBytes(in, start, to - start);
  }

  /** Ends the last line if need be, and the message. */
  void end(ByteBuf out) {
    if (afterCr) {
      out.writeByte('\n');
    } else if (!atLineStart && form != Form.OCTETS) {
      out.writeByte('\r').writeByte('\n');
    }
    if (dotted) {
      out.writeByte('.').writeByte('\r').writeByte('\n');
    }
  }
}
