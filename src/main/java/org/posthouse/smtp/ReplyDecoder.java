/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.smtp;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.DecoderException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.posthouse.envelope.SmtpReply;

/**
 * Cuts replies out of what a host sends (RFC 5321, section 4.2). It takes what is common although
 * it is wrong: lone LF, a bare code, lines that are too long; and bounds what it keeps of them.
 */
final class ReplyDecoder extends ByteToMessageDecoder {
  /** What is kept of the text of a line; RFC 5321 allows 512 octets. */
  private static final int KEPT_OF_LINE = 1024;

  private static final int KEPT_LINES = 128;

  /** A reply that is longer is not one. */
  private static final int LONGEST_REPLY = 256 * 1024;

  private final List<String> lines = new ArrayList<>();
  private int octets;

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
    int length = in.bytesBefore((byte) '\n');
    if (octets + (length < 0 ? in.readableBytes() : length) > LONGEST_REPLY) {
      in.skipBytes(in.readableBytes());
      throw new DecoderException("its reply is longer than " + LONGEST_REPLY + " octets");
    }
    if (length < 0) {
      return;
    }
    octets += length + 1;
    String line = line(in, length);
    int code = code(line);
    boolean more = line.length() > 3 && line.charAt(3) == '-';
    if (lines.size() < KEPT_LINES) {
      lines.add(line.length() > 4 ? line.substring(4) : "");
    }
    if (!more) {
      out.add(new SmtpReply(code, lines));
      lines.clear();
      octets = 0;
    }
  }

  private static String line(ByteBuf in, int length) {
    String text =
        in.toString(in.readerIndex(), Math.min(length, KEPT_OF_LINE), StandardCharsets.UTF_8);
    in.skipBytes(length + 1);
    return printable(text.endsWith("\r") ? text.substring(0, text.length() - 1) : text);
  }

  /** It goes into logs and bounces. */
  private static String printable(String text) {
    StringBuilder clean = new StringBuilder(text.length());
    text.codePoints()
        .forEach(c -> clean.appendCodePoint(Character.isISOControl(c) && c != '\t' ? '?' : c));
    return clean.toString();
  }

  private static int code(String line) {
    if (!isReply(line)) {
      throw new DecoderException("what it said is no reply: " + line);
    }
    return Integer.parseInt(line, 0, 3, 10);
  }

  private static boolean isReply(String line) {
    return line.length() >= 3
        && line.charAt(0) >= '2'
        && line.charAt(0) <= '5'
        && isDigit(line.charAt(1))
        && isDigit(line.charAt(2))
        && (line.length() == 3 || line.charAt(3) == ' ' || line.charAt(3) == '-');
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  /** Whether nothing of a further reply has come yet. */
  boolean isAtRest() {
    return lines.isEmpty() && actualReadableBytes() == 0;
  }
}
