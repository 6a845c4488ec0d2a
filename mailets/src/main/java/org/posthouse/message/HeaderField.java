/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.message;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
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
  private static final Pattern BREAK_WITHOUT_FOLD = Pattern.compile("(\r?\n)(?![ \t])");
  private static final Pattern LAST_BREAK = Pattern.compile("\r?\n\\z");

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
    String oneLine = LAST_BREAK.matcher(text).replaceFirst("");
    return of(octets(BREAK_WITHOUT_FOLD.matcher(oneLine).replaceAll("$1\t")), end);
  }

  /** What is left of the field once it is removed. */
  public HeaderField removal() {
    return new HeaderField(name, "", "", true);
  }

  /** Whether the field has that name, case aside. */
  public boolean is(String other) {
    return name.equalsIgnoreCase(other);
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
    boolean fits = text.chars().allMatch(c -> c <= 0xFF);
    return fits ? text : new String(text.getBytes(StandardCharsets.UTF_8), ISO_8859_1);
  }
}
