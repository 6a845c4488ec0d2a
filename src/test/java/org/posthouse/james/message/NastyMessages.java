/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.message;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.james.server.core.MimeMessageSource;
import org.junit.jupiter.params.provider.Arguments;

/** Messages that other software tends to mend; each must pass as it is. */
public final class NastyMessages {
  private static final Map<String, String> CORPUS = new LinkedHashMap<>();

  static {
    CORPUS.put("plain", "From: a@b.c\r\nSubject: s\r\n\r\nbody\r\n");
    CORPUS.put(
        "8-bit header", "Subject: gr\u00fc\u00dfe \u00c3\u00a9\r\nX: \u0080\u00ff\r\n\r\nx\r\n");
    CORPUS.put("8-bit body", "Subject: s\r\n\r\n\u00ff\u00fe\u0000\u0080\r\n");
    CORPUS.put("LF only", "From: a@b.c\nSubject: s\n fold\n\nbody\n");
    CORPUS.put("mixed line ends", "A: 1\nB: 2\r\nC: 3\n\t4\r\n 5\n\r\nbody\n\r\n");
    CORPUS.put("bare CR in header", "A: 1\rB: 2\r\nSubject: x\r\r\n\r\nbody");
    CORPUS.put("bare CR in body", "A: 1\r\n\r\na\rb\r\r\n.\r\n");
    CORPUS.put("NUL in header", "A: \u0000\u0000x\r\nSubject: a\u0000b\r\n\r\nbody");
    CORPUS.put("no colon", "A: 1\r\nthis is no header\r\nB: 2\r\n\r\nbody\r\n");
    CORPUS.put("mbox line", "From a@b.c Mon Jan  1 00:00:00 2020\r\nA: 1\r\n\r\nbody\r\n");
    CORPUS.put("fold first", " folded into nothing\r\nA: 1\r\n\r\nbody\r\n");
    CORPUS.put("white line in header", "A: 1\r\n \r\nB: 2\r\n\t\r\n\r\nbody\r\n");
    CORPUS.put("no empty line", "A: 1\r\nB: 2\r\n");
    CORPUS.put("no empty line, no last line end", "A: 1\r\nB: 2");
    CORPUS.put("no last line end", "A: 1\r\n\r\nbody");
    CORPUS.put("empty body", "A: 1\r\n\r\n");
    CORPUS.put("body only", "\r\nbody only\r\n");
    CORPUS.put("LF body only", "\nbody only\n");
    CORPUS.put("no headers, no empty line", "just text");
    CORPUS.put("nothing", "");
    CORPUS.put("only an empty line", "\r\n");
    CORPUS.put("long lines", "X: " + "x".repeat(70_000) + "\r\n\r\n" + "y".repeat(5_000) + "\r\n");
    CORPUS.put("odd names", "a :1\r\nB:\r\n:nameless\r\nC:3\r\nc:  4\r\nD\t: 5\r\n\r\nbody");
    CORPUS.put("many", "Received: x\r\n".repeat(2_000) + "\r\nbody\r\n");
    CORPUS.put("CR at the end of the header", "A: 1\r\n\r");
    CORPUS.put("headers without end", "X-Long: y\r\n".repeat(150_000));
    CORPUS.put("one line without end", "z".repeat(1_500_000));
    CORPUS.put("torture", torture(8));
    CORPUS.put("random", random(4_000));
  }

  private NastyMessages() {}

  public static Stream<Arguments> all() {
    return CORPUS.entrySet().stream().map(e -> Arguments.of(e.getKey(), octets(e.getValue())));
  }

  /**
   * A multipart in a message in a multipart ..., with odd preambles and a missing last boundary.
   */
  private static String torture(int depth) {
    String inner = depth == 0 ? "Subject: deepest\r\n\r\n\u00e9\r\n" : torture(depth - 1);
    String boundary = "b" + depth;
    return "Subject: level "
        + depth
        + "\r\nMIME-Version: 1.0\r\n"
        + "Content-Type: multipart/mixed;\r\n boundary=\""
        + boundary
        + "\"\r\n\r\npreamble\r\n--"
        + boundary
        + "  \r\nContent-Type: message/rfc822\r\n\r\n"
        + inner
        + "\r\n--"
        + boundary
        + "\r\nContent-Transfer-Encoding: base64\r\n\r\nZ\u0000m9v!!\r\n"
        + (depth % 2 == 0 ? "--" + boundary + "--\r\nepilogue" : "");
  }

  private static String random(int size) {
    byte[] octets = new byte[size];
    new Random(1).nextBytes(octets);
    return new String(octets, ISO_8859_1);
  }

  static byte[] octets(String text) {
    return text.getBytes(ISO_8859_1);
  }

  static String text(byte[] octets) {
    return new String(octets, ISO_8859_1);
  }

  static RelayMessage message(String text) throws Exception {
    return message(octets(text));
  }

  static RelayMessage message(byte[] octets) throws Exception {
    return new RelayMessage(lazy(text(octets), 0));
  }

  static byte[] written(RelayMessage message) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    message.writeTo(out);
    return out.toByteArray();
  }

  /** A header and then {@code size} octets that are never held in memory. */
  static MimeMessageSource lazy(String header, long size) {
    return new MimeMessageSource() {
      @Override
      public String getSourceId() {
        return "lazy";
      }

      @Override
      public InputStream getInputStream() {
        return new java.io.SequenceInputStream(
            new ByteArrayInputStream(octets(header)), new Counted(size));
      }

      @Override
      public long getMessageSize() {
        return header.length() + size;
      }
    };
  }

  private static final class Counted extends InputStream {
    private long left;

    Counted(long left) {
      this.left = left;
    }

    @Override
    public int read() {
      return left <= 0 ? -1 : (int) (left-- % 251);
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int n = 0;
      for (int octet = 0; n < length && left > 0 && octet >= 0; n++) {
        octet = read();
        into[offset + n] = (byte) octet;
      }
      return n == 0 && length > 0 ? -1 : n;
    }
  }
}
