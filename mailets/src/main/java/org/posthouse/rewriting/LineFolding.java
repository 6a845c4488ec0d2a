/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.rewriting;

import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** Folds lines beyond 998 octets (RFC 5322 section 2.1.1) where the grammar has white space. */
final class LineFolding {
  static final int MOST_OCTETS = 998;

  /** What stands before a place where white space can be put in. */
  private static final String SEPARATORS = ",;:";

  private final String line;
  private final String lineEnd;
  private final NavigableMap<Integer, String> places = new TreeMap<>();
  private final StringBuilder folded;

  private LineFolding(String line, String lineEnd, HeaderTokens tokens) {
    this.line = line;
    this.lineEnd = lineEnd;
    folded = new StringBuilder(line.length() + 16);
    for (int token = 1; token < tokens.count(); token++) {
      addPlace(tokens, token);
    }
  }

  /**
   * Folds what is too long.
   *
   * @param from the index of the first character behind the colon
   * @param lineEnd CRLF or LF
   * @return the line itself when none of its lines is too long; empty when one of them can only be
   *     folded within a token
   */
  static Optional<String> fold(String line, int from, String lineEnd) {
    if (!isTooLong(line)) {
      return Optional.of(line);
    }
    return new LineFolding(line, lineEnd, HeaderTokens.of(line, from)).fold();
  }

  private static boolean isTooLong(String line) {
    int start = 0;
    while (line.length() - start > MOST_OCTETS) {
      int end = line.indexOf('\n', start);
      if (end < 0 || end - start > MOST_OCTETS + 1) {
        return true;
      }
      start = end + 1;
    }
    return false;
  }

  /** Before white space that is there, or with a space where none is. */
  private void addPlace(HeaderTokens tokens, int token) {
    int start = tokens.start(token);
    if (tokens.end(token - 1) < start) {
      places.put(start - 1, "");
    } else if (SEPARATORS.indexOf(tokens.kind(token - 1)) >= 0 || tokens.kind(token) == '<') {
      places.put(start, " ");
    }
  }

  private Optional<String> fold() {
    int start = 0;
    while (start < line.length()) {
      int lf = line.indexOf('\n', start);
      int end = lf < 0 ? line.length() : lf + 1;
      if (!foldOne(start, end)) {
        return Optional.empty();
      }
      start = end;
    }
    return Optional.of(folded.toString());
  }

  private boolean foldOne(int begin, int end) {
    int start = begin;
    String indent = "";
    int length = line.substring(begin, end).stripTrailing().length();
    while (length - (start - begin) + indent.length() > MOST_OCTETS) {
      Map.Entry<Integer, String> place = places.floorEntry(start + MOST_OCTETS - indent.length());
      if (place == null || place.getKey() <= start) {
        return false;
      }
      folded.append(indent).append(line, start, place.getKey()).append(lineEnd);
      start = place.getKey();
      indent = place.getValue();
    }
    folded.append(indent).append(line, start, end);
    return true;
  }
}
