/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.rights;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The fields From, Sender and Reply-To of a header, as raw octets have them. A header whose lines
 * readers may split in different ways is refused as a whole: what one takes for the end of the
 * header, or passes over, may hide the From that another shows.
 */
final class OriginatorFields {
  static final String FROM = "from";
  static final String SENDER = "sender";
  static final String REPLY_TO = "reply-to";
  private static final Set<String> NAMES = Set.of(FROM, SENDER, REPLY_TO);
  private static final int LONGEST = 10_000;

  /** A line end and white space go together (RFC 5322, section 2.2.3). */
  private static final Pattern FOLD = Pattern.compile("\r?\n(?=[ \t])");

  private final Map<String, String> values = new HashMap<>();
  private final Map<String, Ambiguity> doubts = new HashMap<>();

  private OriginatorFields() {}

  /** As messages write the name. */
  static String title(String name) {
    return name.equals(REPLY_TO)
        ? "Reply-To"
        : name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
  }

  /** Reads a header block, with or without the empty line that ends it. */
  static OriginatorFields read(byte[] block) throws Ambiguity {
    OriginatorFields fields = new OriginatorFields();
    int start = 0;
    while (start < block.length && !isEmptyLine(block, start)) {
      int end = lineEnd(block, start);
      while (end < block.length && isBlank(block[end])) {
        int next = lineEnd(block, end);
        check(!isBlankLine(block, end, next), "a line of the header holds blanks only");
        end = next;
      }
      fields.add(block, start, end);
      start = end;
    }
    return fields;
  }

  private void add(byte[] block, int start, int end) throws Ambiguity {
    check(!isBlank(block[start]), "the header begins with white space");
    int colon = start;
    while (colon < end && block[colon] != ':') {
      colon++;
    }
    check(colon < end && colon > start, "a line of the header is no field");
    String written = new String(block, start, colon - start, StandardCharsets.ISO_8859_1);
    String name = written.stripTrailing();
    check(name.chars().allMatch(c -> c > ' ' && c < 0x7f), "the name of a header field is none");
    for (int i = colon; i < end; i++) {
      boolean bare = block[i] == '\r' && (i + 1 == block.length || block[i + 1] != '\n');
      check(block[i] != 0 && !bare, "the header holds a NUL or a bare CR");
    }
    String key = name.toLowerCase(Locale.ROOT);
    if (NAMES.contains(key)) {
      try {
        check(name.equals(written), "white space stands before the colon of " + title(key));
        check(end - colon <= LONGEST, title(key) + " is longer than " + LONGEST + " octets");
        String value = text(block, colon + 1, end, key);
        check(values.put(key, value) == null, "there is more than one " + title(key) + " field");
      } catch (Ambiguity e) {
        doubts.put(key, e);
      }
    }
  }

  private static String text(byte[] block, int from, int to, String key) throws Ambiguity {
    try {
      String text =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(block, from, to - from))
              .toString();
      String line = FOLD.matcher(text).replaceAll("").strip();
      check(
          line.chars().noneMatch(c -> c != '\t' && Character.isISOControl(c)),
          title(key) + " holds control characters");
      return line;
    } catch (CharacterCodingException e) {
      throw new Ambiguity(title(key) + " holds 8-bit octets that are no UTF-8");
    }
  }

  private static int lineEnd(byte[] block, int start) {
    int end = start;
    while (end < block.length && block[end] != '\n') {
      end++;
    }
    return Math.min(block.length, end + 1);
  }

  private static boolean isEmptyLine(byte[] block, int start) {
    return block[start] == '\n'
        || (block[start] == '\r' && start + 1 < block.length && block[start + 1] == '\n');
  }

  private static boolean isBlank(byte octet) {
    return octet == ' ' || octet == '\t';
  }

  private static boolean isBlankLine(byte[] block, int start, int end) {
    for (int i = start; i < end; i++) {
      if (block[i] > ' ' || block[i] < 0) {
        return false;
      }
    }
    return true;
  }

  private static void check(boolean clear, String otherwise) throws Ambiguity {
    if (!clear) {
      throw new Ambiguity(otherwise);
    }
  }

  /** The unfolded value of a field; the name in lower case. Empty when there is none. */
  Optional<String> value(String name) throws Ambiguity {
    Ambiguity doubt = doubts.get(name);
    if (doubt != null) {
      throw doubt;
    }
    return Optional.ofNullable(values.get(name));
  }
}
