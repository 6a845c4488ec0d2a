/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james;

import java.util.Collection;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.posthouse.envelope.Path;

/**
 * Values in the lines of the mail log. Strangers write many of them: whatever they send, a line
 * stays one line, a value cannot pretend to be another field, and its length is bounded.
 */
public final class EventText {
  /** Characters of a value; a line of a reply has at most 512 octets (RFC 5321 4.5.3.1.5). */
  private static final int LONGEST = 512;

  private static final Pattern NOT_IN_WORDS = Pattern.compile("[\\p{C}\\p{Z}\"]");
  private static final Pattern NOT_IN_PATHS = Pattern.compile("[\\p{C}\\p{Z}<>]");
  private static final Pattern QUOTING = Pattern.compile("[\"\\\\]");
  private static final Pattern NOT_IN_QUOTES = Pattern.compile("[\\p{C}\\p{Z}\"]+");

  private EventText() {}

  /** A name or number, without brackets or quotes. */
  public static String word(String text) {
    return NOT_IN_WORDS.matcher(bounded(text)).replaceAll("?");
  }

  /**
   * An address in angle brackets; the empty text is the null reverse-path. Quotes stay where they
   * are pairs to whoever reads the line: one alone would hide the words behind it.
   */
  public static String path(String address) {
    String text = NOT_IN_PATHS.matcher(bounded(address)).replaceAll("?");
    boolean paired = text.indexOf('\\') < 0 && text.chars().filter(c -> c == '"').count() % 2 == 0;
    return "<" + (paired ? text : QUOTING.matcher(text).replaceAll("?")) + ">";
  }

  /** As {@link #path}, of an address as James has it: as it was sent, or as it will be. */
  public static String address(String address) {
    return path(Path.written(bounded(address)));
  }

  /** Addresses as James has them, in angle brackets, separated by commas. */
  public static String paths(Collection<String> addresses) {
    return addresses.stream().map(EventText::address).collect(Collectors.joining(","));
  }

  /** A sentence, such as a reply, in quotes. */
  public static String quoted(String text) {
    return '"' + NOT_IN_QUOTES.matcher(bounded(text)).replaceAll(" ").strip() + '"';
  }

  /** No more of a text than a line should hold. */
  public static String bounded(String text) {
    return text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
  }
}
