/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.authentication;

import java.util.List;
import java.util.Locale;
import org.posthouse.message.HeaderField;

/**
 * The identifier of those who write Authentication-Results, and whether a field that came with a
 * message pretends to be theirs (RFC 8601 section 5). Readers differ in how they take a broken
 * field apart, so this one looks for the identifier in all that stands before the first result,
 * where no reader could find it anywhere else, with and without comments, spaces and quotes.
 *
 * @param id a domain name in lower case
 */
public record AuthservId(String id) {
  public AuthservId {
    id = id.toLowerCase(Locale.ROOT);
  }

  /** Whether some reader may take a field for one of ours. */
  public boolean isClaimedBy(HeaderField field) {
    return field.is(AuthenticationResults.NAME) && isIn(field.value());
  }

  private boolean isIn(String value) {
    if (beforeFirst(';', value).contains("=?")) {
      return true; // An encoded word has no place there, and hides whatever it likes.
    }
    List<String> heads = List.of(beforeFirst('=', value), UncommentedText.beforeResults(value));
    return heads.stream().map(AuthservId::plain).anyMatch(this::isWordOf)
        || heads.stream().map(AuthservId::plain).map(AuthservId::joined).anyMatch(this::isWordOf);
  }

  private static String beforeFirst(char end, String text) {
    int index = text.indexOf(end);
    return index < 0 ? text : text.substring(0, index);
  }

  /** In lower case, without quotes, backslashes and control characters. */
  private static String plain(String text) {
    StringBuilder plain = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\t' || c == '\r' || c == '\n') {
        plain.append(' ');
      } else if (c >= ' ' && c != 0x7F && c != '"' && c != '\\') {
        plain.append(c);
      }
    }
    return plain.toString().toLowerCase(Locale.ROOT);
  }

  private static String joined(String text) {
    return text.replace(" ", "");
  }

  /** Whether the identifier is in a text, and is no part of a longer name. */
  private boolean isWordOf(String text) {
    for (int at = text.indexOf(id); at >= 0; at = text.indexOf(id, at + 1)) {
      int end = at + id.length();
      boolean begins = at == 0 || !isOfName(text.charAt(at - 1));
      // A dot may end the name, or go on with it.
      int next = end < text.length() && text.charAt(end) == '.' ? end + 1 : end;
      if (begins && (next >= text.length() || !isOfName(text.charAt(next)))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isOfName(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  }
}
