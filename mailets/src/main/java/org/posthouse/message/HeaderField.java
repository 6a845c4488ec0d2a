/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.message;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.charset.StandardCharsets;
import javax.mail.Header;

/**
 * One header field: its line (folds inside, one char per octet) and its line end, both as they
 * came. A removed field leaves its name behind, so that its successor takes the same place, as in
 * JavaMail.
 *
 * @param name what stands before the colon, trimmed; the trimmed line when there is no colon
 * @param line the field without its last line end; empty for a removed field
 * @param end CRLF, LF, or empty at the unterminated end of a message
 */
public record HeaderField(String name, String line, String end, boolean removed) {
  /**
   * A field as it came.
   *
   * @param line its folds inside, one char per octet, without its last line end
   */
  public static HeaderField of(String line, String end) {
    int colon = line.indexOf(':');
    return new HeaderField((colon < 0 ? line : line.substring(0, colon)).trim(), line, end, false);
  }

  /**
   * A field that a mailet wrote. A line break in it is folded: it must not be able to start another
   * field or the body (RFC 5322 section 2.2.3).
   */
  public static HeaderField written(String text, String end) {
    return of(octets(folded(withoutLastBreak(text))), end);
  }

  private static String withoutLastBreak(String text) {
    if (!text.endsWith("\n")) {
      return text;
    }
    return text.substring(0, text.length() - (text.endsWith("\r\n") ? 2 : 1));
  }

  /**
   * A tab after each line break that no white space follows; no pattern, for each mail has some.
   */
  private static String folded(String text) {
    StringBuilder folded = new StringBuilder();
    int start = 0;
    for (int i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) {
      boolean isFold = i + 1 < text.length() && " \t".indexOf(text.charAt(i + 1)) >= 0;
      if (!isFold) {
        folded.append(text, start, i + 1).append('\t');
        start = i + 1;
      }
    }
    return start == 0 ? text : folded.append(text, start, text.length()).toString();
  }

  /** What is left of the field once it is removed. */
  public HeaderField removal() {
    return new HeaderField(name, "", "", true);
  }

  /**
   * Whether its line is a field at all: a name of printable ASCII and a colon (RFC 5322 section
   * 2.2), perhaps with blanks between them (section 4.5).
   */
  public boolean isField() {
    int end = 0;
    while (end < line.length() && isOfName(line.charAt(end))) {
      end++;
    }
    int colon = end;
    while (colon < line.length() && " \t".indexOf(line.charAt(colon)) >= 0) {
      colon++;
    }
    return end > 0 && colon < line.length() && line.charAt(colon) == ':';
  }

  private static boolean isOfName(char c) {
    return c > ' ' && c < 0x7F && c != ':';
  }

  /** Whether the field has that name, case aside. */
  public boolean is(String other) {
    return name.equalsIgnoreCase(other);
  }

  /** Whether it would go on with a field that is put above it. */
  boolean continuesAbove() {
    return line.startsWith(" ") || line.startsWith("\t");
  }

  /** Whether another field can follow. */
  public boolean isTerminated() {
    return removed || !end.isEmpty();
  }

  /** As JavaMail knows it. */
  public Header header() {
    return new Header(name, value());
  }

  /** The line after the colon and the white space that follows it; the line when there is none. */
  public String value() {
    int start = line.indexOf(':') + 1;
    if (start == 0) {
      return line;
    }
    while (start < line.length() && " \t\r\n".indexOf(line.charAt(start)) >= 0) {
      start++;
    }
    return line.substring(start);
  }

  /** The line up to and including the colon, or the given name and a colon. */
  public String prefix(String fallbackName) {
    int colon = removed ? -1 : line.indexOf(':');
    return colon < 0 ? fallbackName + ":" : line.substring(0, colon + 1);
  }

  /** One char per octet: text beyond ISO-8859-1 becomes UTF-8 (RFC 6532), the rest stays. */
  private static String octets(String text) {
    String kept = new String(text.getBytes(ISO_8859_1), ISO_8859_1);
    return kept.equals(text) ? text : new String(text.getBytes(StandardCharsets.UTF_8), ISO_8859_1);
  }
}
