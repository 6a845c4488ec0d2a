/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.smtp;

import io.netty.buffer.ByteBuf;

/**
 * Turns the octets of a message into what follows DATA (RFC 5321, section 4.5.2), where dots at the
 * beginning of a line are doubled, or BDAT (RFC 3030). No CR or LF goes out alone, since a host
 * that takes one for the end of a line could be made to see another mail.
 */
final class DataEncoder {
  private final boolean dotted;
  private boolean atLineStart = true;
  private boolean afterCr;

  /**
   * An encoder of one message.
   *
   * @param dotted for DATA
   */
  DataEncoder(boolean dotted) {
    this.dotted = dotted;
  }

  /** Encodes the next octets; at most twice as many come out. */
  void encode(byte[] in, int from, int to, ByteBuf out) {
    int start = from;
    for (int i = from; i < to; i++) {
      byte octet = in[i];
      if (afterCr) {
        afterCr = false;
        atLineStart = true;
        if (octet == '\n') {
          continue;
        }
        out.writeBytes(in, start, i - start).writeByte('\n');
        start = i;
      }
      if (octet == '\r') {
        afterCr = true;
      } else if (octet == '\n') {
        out.writeBytes(in, start, i - start).writeByte('\r').writeByte('\n');
        start = i + 1;
        atLineStart = true;
        continue;
      } else if (octet == '.' && atLineStart && dotted) {
        out.writeBytes(in, start, i - start).writeByte('.');
        start = i;
      }
      atLineStart = false;
    }
    out.writeBytes(in, start, to - start);
  }

  /** Ends the last line if need be, and the message. */
  void end(ByteBuf out) {
    if (afterCr) {
      out.writeByte('\n');
    } else if (!atLineStart) {
      out.writeByte('\r').writeByte('\n');
    }
    if (dotted) {
      out.writeByte('.').writeByte('\r').writeByte('\n');
    }
  }
}
