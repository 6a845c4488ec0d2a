/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.signing;

import java.util.List;
import java.util.Optional;
import org.posthouse.dkim.DomainName;
import org.posthouse.message.HeaderField;

/**
 * The domain of a message's author: of the first address of its From field (RFC 5322 section
 * 3.6.2). Comments, quoted strings, display names and groups are passed over.
 */
public final class FromDomain {
  /** A longer field has no From that anybody would show. */
  private static final int LONGEST = 64 * 1024;

  private final String text;
  private int at;

  private FromDomain(String text) {
    this.text = text;
  }

  /**
   * In ASCII and lower case; empty when there is no From field, more than one, or none that can be
   * read, or its domain is an address literal.
   *
   * @param fields from the top
   */
  public static Optional<String> of(List<HeaderField> fields) {
    List<HeaderField> from =
        fields.stream().filter(field -> !field.removed() && field.is("From")).limit(2).toList();
    if (from.size() != 1 || from.get(0).line().length() > LONGEST) {
      return Optional.empty();
    }
    return of(from.get(0).value());
  }

  static Optional<String> of(String value) {
    String address = new FromDomain(value).address();
    int sign = address.lastIndexOf('@');
    return sign <= 0 ? Optional.empty() : DomainName.ascii(address.substring(sign + 1));
  }

  /** The first address without white space, comments, and quoted strings, for which a q stands. */
  private String address() {
    StringBuilder address = new StringBuilder();
    boolean inBrackets = false;
    while (at < text.length()) {
      char c = text.charAt(at++);
      switch (c) {
        case '(' -> skipComment();
        case '"' -> {
          skipQuoted();
          address.append('q');
        }
        case '<' -> {
          address.setLength(0);
          inBrackets = true;
        }
        case ':' -> address.setLength(0); // the name of a group, or a source route
        case ',', ';' -> {
          // Inside of brackets: a source route of more than one host (RFC 5322 section 4.4).
          if (!inBrackets && address.indexOf("@") >= 0) {
            return address.toString();
          }
          address.setLength(0);
        }
        case '>' -> {
          return address.toString();
        }
        case ' ', '\t', '\r', '\n' -> {}
        default -> address.append(c);
      }
    }
    return address.toString();
  }

  /** Comments are nested (RFC 5322 section 3.2.2). */
  private void skipComment() {
    int depth = 1;
    while (at < text.length() && depth > 0) {
      char c = text.charAt(at++);
      if (c == '\\') {
        at++;
      } else if (c == '(') {
        depth++;
      } else if (c == ')') {
        depth--;
      }
    }
  }

  private void skipQuoted() {
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == '\\') {
        at++;
      } else if (c == '"') {
        return;
      }
    }
  }
}
