/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.rewriting;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayList;
import java.util.List;

/**
 * A pattern and what is written in place of what it finds. RE2/J looks for it, in time linear in
 * the text: no text can be made on which it takes for ever or overflows the stack. RE2/J comes with
 * every James, by the Mailet API's own dependencies.
 *
 * <p>As in Postfix' tables letter case is ignored unless the flag {@code i} switches that off, and
 * a pattern may be found anywhere in the text.
 */
final class PatternReplacement {
  private static final int MOST_TEXT = 4_000;

  private final Pattern pattern;
  private final List<Piece> pieces;

  /**
   * A part of the replacement.
   *
   * @param group the number of a group; below 0 for the text
   */
  private record Piece(String text, int group) {}

  private PatternReplacement(Pattern pattern, List<Piece> pieces) {
    this.pattern = pattern;
    this.pieces = pieces;
  }

  /**
   * Reads both.
   *
   * @param replacement text with {@code $1}, <code>${1}</code> or {@code $(1)} for groups and
   *     {@code $$} for a dollar sign
   * @throws IllegalArgumentException when something in it is wrong; the message says what
   */
  static PatternReplacement of(String pattern, boolean heedsCase, String replacement) {
    Pattern compiled = compile(pattern, heedsCase);
    List<Piece> pieces = pieces(replacement);
    for (Piece piece : pieces) {
      if (piece.group > compiled.groupCount()) {
        throw new IllegalArgumentException(
            "$" + piece.group + " without such a group in /" + pattern + "/");
      }
    }
    return new PatternReplacement(compiled, pieces);
  }

  /**
   * Reads a pattern.
   *
   * @throws IllegalArgumentException when it is no pattern; the message says why
   */
  static Pattern compile(String pattern, boolean heedsCase) {
    if (pattern.isEmpty() || pattern.length() > MOST_TEXT) {
      throw new IllegalArgumentException(
          "a pattern has 1 to " + MOST_TEXT + " characters, not " + pattern.length());
    }
    try {
      return Pattern.compile(pattern, heedsCase ? 0 : Pattern.CASE_INSENSITIVE);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "the pattern /" + pattern + "/ is wrong: " + e.getDescription(), e);
    }
  }

  Matcher matcher(String text) {
    return pattern.matcher(text);
  }

  /** What is written in place of what the matcher has just found. */
  String expand(Matcher found) {
    StringBuilder text = new StringBuilder();
    for (Piece piece : pieces) {
      String part = piece.group < 0 ? piece.text : found.group(piece.group);
      text.append(part == null ? "" : part);
    }
    return text.toString();
  }

  private static List<Piece> pieces(String replacement) {
    List<Piece> pieces = new ArrayList<>();
    int at = 0;
    while (at < replacement.length()) {
      int dollar = replacement.indexOf('$', at);
      int end = dollar < 0 ? replacement.length() : dollar;
      pieces.add(new Piece(replacement.substring(at, end), -1));
      at = dollar < 0 ? end : dollarPiece(replacement, dollar + 1, pieces);
    }
    return pieces;
  }

  private static int dollarPiece(String replacement, int at, List<Piece> pieces) {
    if (replacement.startsWith("$", at)) {
      pieces.add(new Piece("$", -1));
      return at + 1;
    }
    char open = at < replacement.length() ? replacement.charAt(at) : ' ';
    char close = open == '{' ? '}' : open == '(' ? ')' : ' ';
    int begin = close == ' ' ? at : at + 1;
    int end = begin;
    while (end < replacement.length() && isDigit(replacement.charAt(end))) {
      end++;
    }
    boolean closed = close == ' ' || replacement.startsWith(String.valueOf(close), end);
    if (end == begin || end - begin > 2 || !closed) {
      throw new IllegalArgumentException(
          "behind a $ stands the number of a group, or another $ for the sign itself");
    }
    pieces.add(new Piece("", Integer.parseInt(replacement.substring(begin, end))));
    return close == ' ' ? end : end + 1;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
