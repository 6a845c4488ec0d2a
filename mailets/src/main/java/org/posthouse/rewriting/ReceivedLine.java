/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.rewriting;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** A Received line taken apart into its clauses (RFC 5321 section 4.4). */
final class ReceivedLine {
  private static final Set<String> KEYWORDS = Set.of("from", "by", "via", "with", "id", "for");

  private final String line;
  private final List<Clause> clauses = new ArrayList<>();
  private int dateStart;

  /**
   * A clause with the comments behind it.
   *
   * @param keyword in lower case
   * @param start index behind the keyword
   * @param end index behind its last token
   */
  record Clause(String keyword, int start, int end) {
    String text(String line) {
      return line.substring(start, end);
    }
  }

  private ReceivedLine(String line) {
    this.line = line;
    this.dateStart = line.length();
  }

  /** Takes a whole field apart; a line that cannot be read has no clauses and no date. */
  static ReceivedLine of(String line) {
    ReceivedLine received = new ReceivedLine(line);
    HeaderTokens tokens = HeaderTokens.of(line, line.indexOf(':') + 1);
    if (tokens.failure().isEmpty()) {
      received.read(tokens);
    }
    return received;
  }

  Optional<Clause> clause(String keyword) {
    return clauses.stream().filter(each -> each.keyword.equals(keyword)).findFirst();
  }

  /** Where the semicolon of the date stands; the end of the line where there is none. */
  int dateStart() {
    return dateStart;
  }

  /** The names and addresses of a text, from left to right. */
  static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    int at = 0;
    while (at < text.length()) {
      int end = wordEnd(text, at);
      if (end > at) {
        words.addAll(names(text.substring(at, end)));
      }
      at = end + 1;
    }
    return words;
  }

  /** A colon is part of an address of IPv6, and else stands between names, addresses and ports. */
  static List<String> names(String word) {
    return word.indexOf(':') < 0 || InternalNames.isAddress(word)
        ? List.of(word)
        : List.of(word.split(":", -1));
  }

  /** The index behind the word that begins at {@code from}, which is empty between words. */
  static int wordEnd(String text, int from) {
    int end = from;
    while (end < text.length() && isOfWord(text.charAt(end))) {
      end++;
    }
    return end;
  }

  private static boolean isOfWord(char c) {
    return Character.isLetterOrDigit(c) || c == '.' || c == ':' || c == '-' || c == '_';
  }

  private void read(HeaderTokens tokens) {
    int end = tokens.count();
    for (int token = end - 1; token >= 0 && end == tokens.count(); token--) {
      end = tokens.kind(token) == ';' ? token : end;
    }
    dateStart = end == tokens.count() ? line.length() : tokens.start(end);
    for (int token = 0; token < end; token++) {
      String keyword = keyword(tokens, token);
      if (!keyword.isEmpty()) {
        clauses.add(new Clause(keyword, tokens.end(token), tokens.end(token)));
      } else if (!clauses.isEmpty()) {
        Clause last = clauses.remove(clauses.size() - 1);
        clauses.add(new Clause(last.keyword, last.start, tokens.end(token)));
      }
    }
  }

  /** A keyword stands between white space, or before a comment. */
  private String keyword(HeaderTokens tokens, int token) {
    boolean alone =
        tokens.kind(token) == HeaderTokens.ATOM
            && (token == 0 || tokens.end(token - 1) < tokens.start(token))
            && (token + 1 == tokens.count() || tokens.end(token) < tokens.start(token + 1));
    if (!alone || tokens.end(token) - tokens.start(token) > 4) {
      return "";
    }
    String word = line.substring(tokens.start(token), tokens.end(token)).toLowerCase(Locale.ROOT);
    boolean again = clauses.stream().anyMatch(each -> each.keyword.equals(word));
    return KEYWORDS.contains(word) && !again ? word : "";
  }
}
