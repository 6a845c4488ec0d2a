/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.rewriting;

import java.util.Arrays;
import org.posthouse.message.LocalPart;

/**
 * The tokens of a structured header field (RFC 5322 section 3.2), each with its place in the line.
 * Time and memory grow with the line; comments nest up to a limit.
 */
final class HeaderTokens {
  /** Octets 0x80 and above count as letters, whatever their charset. */
  static final char ATOM = 'a';

  static final char QUOTED = '"';
  static final char COMMENT = '(';
  static final char LITERAL = '[';

  /** Behind the last token. */
  static final char END = 0;

  private static final String SPECIALS = "<>@,;:.";
  private static final int MOST_TOKENS = 100_000;
  private static final int MOST_NESTED = 100;

  private final String line;
  private char[] kinds = new char[32];
  private int[] starts = new int[32];
  private int[] ends = new int[32];
  private int count;

  /** What is wrong; empty when all was read. */
  private String failure = "";

  private HeaderTokens(String line) {
    this.line = line;
  }

  /**
   * Takes the body of a field apart.
   *
   * @param from the index of the first character behind the colon
   */
  static HeaderTokens of(String line, int from) {
    HeaderTokens tokens = new HeaderTokens(line);
    tokens.scan(from);
    return tokens;
  }

  String failure() {
    return failure;
  }

  int count() {
    return count;
  }

  /** {@link #END} behind the last one. */
  char kind(int index) {
    return index < count ? kinds[index] : END;
  }

  int start(int index) {
    return starts[index];
  }

  /** The index behind its last character. */
  int end(int index) {
    return ends[index];
  }

  String text(int index) {
    return line.substring(starts[index], ends[index]);
  }

  private void scan(int from) {
    int at = from;
    while (at < line.length() && failure.isEmpty()) {
      char c = line.charAt(at);
      if (c == ' ' || c == '\t') {
        at++;
      } else if (c == '\r' || c == '\n') {
        at = fold(at);
      } else {
        at = token(c, at);
      }
    }
  }

  /** A line break is a fold only with white space behind it. */
  private int fold(int at) {
    int next = line.startsWith("\r\n", at) ? at + 2 : at + 1;
    boolean bareReturn = next == at + 1 && line.charAt(at) == '\r';
    boolean followed = next < line.length() && " \t".indexOf(line.charAt(next)) >= 0;
    if (bareReturn || (!followed && next < line.length())) {
      return fail("a line break that is no fold");
    }
    return next;
  }

  private int token(char c, int at) {
    if (LocalPart.isAtext(c)) {
      return add(ATOM, at, atomEnd(at));
    }
    if (SPECIALS.indexOf(c) >= 0) {
      return add(c, at, at + 1);
    }
    return switch (c) {
      case '"' -> add(QUOTED, at, enclosedEnd(at, '"'));
      case '[' -> add(LITERAL, at, enclosedEnd(at, ']'));
      case '(' -> add(COMMENT, at, commentEnd(at));
      default -> fail("the character 0x" + Integer.toHexString(c) + " outside of quotes");
    };
  }

  private int atomEnd(int from) {
    int at = from + 1;
    while (at < line.length() && LocalPart.isAtext(line.charAt(at))) {
      at++;
    }
    return at;
  }

  private int enclosedEnd(int from, char close) {
    for (int at = from + 1; at < line.length(); at++) {
      char c = line.charAt(at);
      if (c == close) {
        return at + 1;
      }
      if (c == '\\') {
        at++;
      }
    }
    return fail("a missing " + close);
  }

  private int commentEnd(int from) {
    int depth = 0;
    for (int at = from; at < line.length(); at++) {
      switch (line.charAt(at)) {
        case '\\' -> at++;
        case '(' -> depth++;
        case ')' -> depth--;
        default -> {}
      }
      if (depth == 0) {
        return at + 1;
      }
      if (depth > MOST_NESTED) {
        return fail("comments within more than " + MOST_NESTED + " others");
      }
    }
    return fail("a missing )");
  }

  private int add(char kind, int start, int end) {
    if (!failure.isEmpty()) {
      return end;
    }
    if (count == MOST_TOKENS) {
      return fail("more than " + MOST_TOKENS + " tokens");
    }
    if (count == kinds.length) {
      kinds = Arrays.copyOf(kinds, 2 * count);
      starts = Arrays.copyOf(starts, 2 * count);
      ends = Arrays.copyOf(ends, 2 * count);
    }
    kinds[count] = kind;
    starts[count] = start;
    ends[count++] = end;
    return end;
  }

  private int fail(String what) {
    failure = what;
    return line.length();
  }
}
