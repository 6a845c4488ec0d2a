/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.rewriting;

import static org.posthouse.rewriting.HeaderTokens.ATOM;
import static org.posthouse.rewriting.HeaderTokens.COMMENT;
import static org.posthouse.rewriting.HeaderTokens.END;
import static org.posthouse.rewriting.HeaderTokens.LITERAL;
import static org.posthouse.rewriting.HeaderTokens.QUOTED;

import java.util.ArrayList;
import java.util.List;

/**
 * The addr-specs of an address-list (RFC 5322 sections 3.4 and 4.4). Besides the two grammars it
 * takes what is often sent and can be read in one way only: any words before an angle bracket, dots
 * anywhere in a local part, a group without its semicolon at the end, and words without a domain,
 * which are no addr-spec.
 */
final class AddressList {
  private static final int MOST_ADDRESSES = 20_000;
  private static final String OF_ADDRESSES = "" + ATOM + QUOTED + LITERAL + ".@";
  private static final String OF_ROUTES = "" + ATOM + LITERAL + ".@,";

  private final HeaderTokens tokens;

  /** The indices of the tokens that are no comments. */
  private final int[] words;

  private final int count;
  private final List<AddrSpec> found = new ArrayList<>();
  private boolean inGroup;
  private String failure;

  private AddressList(HeaderTokens tokens) {
    this.tokens = tokens;
    this.failure = tokens.failure();
    words = new int[tokens.count()];
    int number = 0;
    for (int i = 0; i < tokens.count(); i++) {
      if (tokens.kind(i) != COMMENT) {
        words[number++] = i;
      }
    }
    count = number;
  }

  static AddressList of(HeaderTokens tokens) {
    AddressList list = new AddressList(tokens);
    int at = 0;
    while (at < list.count && list.failure.isEmpty()) {
      at = list.element(at);
    }
    return list;
  }

  /** From left to right; to be used only when there is no failure. */
  List<AddrSpec> addrSpecs() {
    return found;
  }

  /** What is wrong; empty when all was read. */
  String failure() {
    return failure;
  }

  private char kind(int word) {
    return word < count ? tokens.kind(words[word]) : END;
  }

  /** One mailbox, one begin or end of a group, or a comma. */
  private int element(int at) {
    int end = skip(at, OF_ADDRESSES);
    return switch (kind(end)) {
      case ',' -> bare(at, end, end + 1);
      case '<' -> angle(end);
      case ':' -> beginGroup(at, end);
      case ';' -> endGroup(bare(at, end, end));
      case END -> bare(at, end, end);
      default -> fail("a > without a <");
    };
  }

  private int skip(int from, String kinds) {
    int at = from;
    while (at < count && kinds.indexOf(kind(at)) >= 0) {
      at++;
    }
    return at;
  }

  private int beginGroup(int at, int colon) {
    if (inGroup || at == colon || indexOf('@', at, colon) >= 0) {
      return fail("a colon that begins no group");
    }
    inGroup = true;
    return colon + 1;
  }

  private int endGroup(int semicolon) {
    if (semicolon == count) {
      return count; // what stood before it was wrong
    }
    if (!inGroup) {
      return fail("a semicolon outside of a group");
    }
    inGroup = false;
    return afterMailbox(semicolon + 1);
  }

  /** A mailbox ends at a comma, its group or the line. */
  private int afterMailbox(int at) {
    return switch (kind(at)) {
      case ',' -> at + 1;
      case ';' -> inGroup ? at : fail("a semicolon outside of a group");
      case END -> at;
      default -> fail("words behind an address");
    };
  }

  private int angle(int open) {
    int begin = open + 1;
    if (kind(begin) == '@') {
      int colon = skip(begin, OF_ROUTES);
      if (kind(colon) != ':') {
        return fail("a route without an address");
      }
      begin = colon + 1;
    }
    int close = skip(begin, OF_ADDRESSES);
    if (kind(close) != '>') {
      return fail("a < without its >");
    }
    return afterMailbox(bare(begin, close, close + 1));
  }

  /** An addr-spec, or words without a domain, or nothing; then on to {@code next}. */
  private int bare(int begin, int end, int next) {
    if (begin == end) {
      return next;
    }
    int at = indexOf('@', begin, end);
    int localEnd = at < 0 ? end : at;
    if (!isDotted(begin, localEnd, "" + ATOM + QUOTED)) {
      return fail("words that are no address");
    }
    if (at >= 0 && !isDomain(at + 1, end)) {
      return fail("an address without a domain");
    }
    return at < 0 ? next : add(begin, at, end, next);
  }

  private boolean isDomain(int begin, int end) {
    boolean literal = end == begin + 1 && kind(begin) == LITERAL;
    return literal || isDotted(begin, end, "" + ATOM);
  }

  /** Whether there is a word, and dots between all words. */
  private boolean isDotted(int begin, int end, String kinds) {
    boolean any = false;
    boolean afterWord = false;
    for (int at = begin; at < end; at++) {
      boolean word = kinds.indexOf(kind(at)) >= 0;
      if ((!word && kind(at) != '.') || (word && afterWord)) {
        return false;
      }
      any |= word;
      afterWord = word;
    }
    return any;
  }

  private int indexOf(char kind, int begin, int end) {
    for (int at = begin; at < end; at++) {
      if (kind(at) == kind) {
        return at;
      }
    }
    return -1;
  }

  private int add(int begin, int at, int end, int next) {
    if (found.size() == MOST_ADDRESSES) {
      return fail("more than " + MOST_ADDRESSES + " addresses");
    }
    found.add(
        new AddrSpec(
            new Address(text(begin, at), text(at + 1, end)),
            tokens.start(words[begin]),
            tokens.end(words[at - 1]),
            comments(begin, at),
            tokens.start(words[at + 1]),
            tokens.end(words[end - 1]),
            comments(at + 1, end)));
    return next;
  }

  private String text(int begin, int end) {
    if (end == begin + 1) {
      return HeaderText.decoded(HeaderText.unfolded(tokens.text(words[begin])));
    }
    StringBuilder text = new StringBuilder();
    for (int at = begin; at < end; at++) {
      text.append(tokens.text(words[at]));
    }
    return HeaderText.decoded(HeaderText.unfolded(text.toString()));
  }

  private String comments(int begin, int end) {
    int first = words[begin];
    int last = words[end - 1];
    if (last - first == end - 1 - begin) {
      return "";
    }
    StringBuilder comments = new StringBuilder();
    for (int token = first; token < last; token++) {
      if (tokens.kind(token) == COMMENT) {
        comments.append(' ').append(tokens.text(token));
      }
    }
    return comments.toString();
  }

  private int fail(String what) {
    failure = what;
    return count;
  }
}
