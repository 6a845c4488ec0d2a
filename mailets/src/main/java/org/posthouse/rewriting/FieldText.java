/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.rewriting;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Writes the line of a field: clean, encoded where it has to be, and folded. */
public final class FieldText {
  /** RFC 5322 section 2.1.1: what a line should have at most. */
  private static final int COLUMNS = 78;

  /** A word beyond this is encoded, for an encoded-word can be cut (RFC 2047 section 2). */
  private static final int LONGEST_WORD = 900;

  /** An encoded-word has at most 75 characters; these leave room for these many octets. */
  private static final int OCTETS_PER_WORD = 45;

  /** By how many the first one has fewer, for it stands in one line with the name. */
  private static final int LESS_IN_FIRST = 12;

  private FieldText() {}

  /**
   * The line of a field without its last line end, one char per octet. No text can begin another
   * field: line breaks and all other control characters become spaces.
   *
   * @param name by the grammar of ftext
   * @param utf8 whether text beyond ASCII is written as it is (RFC 6532), not as encoded-words
   * @param lineEnd what it is folded with; CRLF or LF
   */
  public static String line(String name, String text, boolean utf8, String lineEnd) {
    StringBuilder line = new StringBuilder(name).append(':');
    int column = line.length();
    boolean first = true;
    for (String word : words(clean(text), utf8)) {
      if (!first && !word.isEmpty() && column + 1 + word.length() > COLUMNS) {
        line.append(lineEnd);
        column = 0;
      }
      line.append(' ').append(word);
      column += 1 + word.length();
      first = false;
    }
    return line.toString();
  }

  /** With spaces in place of control characters, and none around. */
  static String clean(String text) {
    StringBuilder clean = new StringBuilder(text.length());
    for (int at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      boolean control = c < ' ' || (c >= 0x7f && c < 0xa0) || c == '\u2028' || c == '\u2029';
      clean.append(control ? ' ' : c);
    }
    return clean.toString().strip();
  }

  private static List<String> words(String text, boolean utf8) {
    List<String> words = new ArrayList<>();
    StringBuilder run = new StringBuilder();
    for (String word : text.isEmpty() ? new String[0] : text.split(" ", -1)) {
      if (isPlain(word, utf8)) {
        encode(run, words);
        words.add(HeaderText.octets(word));
      } else {
        run.append(run.isEmpty() ? "" : " ").append(word);
      }
    }
    encode(run, words);
    return words;
  }

  private static boolean isPlain(String word, boolean utf8) {
    return (utf8 || HeaderText.isAscii(word)) && HeaderText.octets(word).length() <= LONGEST_WORD;
  }

  /** Neighbours are encoded as one, for the space between encoded-words is not shown. */
  private static void encode(StringBuilder run, List<String> words) {
    StringBuilder piece = new StringBuilder();
    int octets = words.isEmpty() ? LESS_IN_FIRST : 0;
    for (int at = 0; at < run.length(); ) {
      String character = Character.toString(run.codePointAt(at));
      int size = character.getBytes(UTF_8).length;
      if (octets + size > OCTETS_PER_WORD) {
        words.add(encoded(piece));
        piece.setLength(0);
        octets = 0;
      }
      piece.append(character);
      octets += size;
      at += character.length();
    }
    if (!piece.isEmpty()) {
      words.add(encoded(piece));
    }
    run.setLength(0);
  }

  private static String encoded(StringBuilder piece) {
    byte[] octets = piece.toString().getBytes(UTF_8);
    return "=?UTF-8?B?" + Base64.getEncoder().encodeToString(octets) + "?=";
  }
}
