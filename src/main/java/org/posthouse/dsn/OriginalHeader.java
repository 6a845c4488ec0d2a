/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dsn;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The header of a mail, whatever it looks like; lines that are no fields are passed over. */
final class OriginalHeader {
  /** Of less than a line; a longer one is not worth having. */
  private static final Pattern MESSAGE_ID = Pattern.compile("<[!-;=?-~]{1,800}>");

  private final byte[] octets;

  OriginalHeader(byte[] block) {
    byte[] lines = withCrlf(block);
    octets = ended(lines, end(lines));
  }

  private static byte[] withCrlf(byte[] block) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(block.length);
    try {
      new CrlfStream(out).write(block, 0, block.length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** Where the empty line begins, or all ends. */
  private static int end(byte[] lines) {
    for (int start = 0; start < lines.length; start = next(lines, start)) {
      if (lines[start] == '\r') {
        return start;
      }
    }
    return lines.length;
  }

  private static int next(byte[] lines, int start) {
    int end = start;
    while (end < lines.length && lines[end] != '\n') {
      end++;
    }
    return Math.min(end + 1, lines.length);
  }

  private static byte[] ended(byte[] lines, int length) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(length + 2);
    out.write(lines, 0, length);
    if (length > 0 && lines[length - 1] != '\n') {
      out.write('\r');
      out.write('\n');
    }
    return out.toByteArray();
  }

  /** Its lines, each with CR LF, without the empty one. */
  byte[] octets() {
    return octets.clone();
  }

  /** As many whole lines from the top as fit. */
  byte[] octets(int most) {
    int length = 0;
    for (int next = next(octets, 0); next > length && next <= most; next = next(octets, next)) {
      length = next;
    }
    return ended(octets, length);
  }

  /** Its Message-ID with the angle brackets. */
  Optional<String> messageId() {
    return field("Message-ID")
        .map(MESSAGE_ID::matcher)
        .filter(Matcher::find)
        .map(matcher -> matcher.group());
  }

  /** The subject on one line, with its encoded words as they are. */
  Optional<String> subject() {
    return field("Subject").map(Characters::oneLine).filter(text -> !text.isEmpty());
  }

  /** The first of a name, unfolded. */
  private Optional<String> field(String name) {
    for (int start = 0; start < octets.length; start = next(octets, start)) {
      if (isNamed(name, start)) {
        int end = next(octets, start);
        while (end < octets.length && (octets[end] == ' ' || octets[end] == '\t')) {
          end = next(octets, end);
        }
        String field = new String(octets, start, end - start, StandardCharsets.UTF_8);
        return Optional.of(field.substring(field.indexOf(':') + 1).replace("\r\n", ""));
      }
    }
    return Optional.empty();
  }

  private boolean isNamed(String name, int start) {
    int end = Math.min(start + name.length() + 1, octets.length);
    return new String(octets, start, end - start, StandardCharsets.ISO_8859_1)
        .equalsIgnoreCase(name + ":");
  }
}
