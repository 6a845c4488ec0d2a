/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dkim;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A tag list (RFC 6376 section 3.2), read strictly: a name that is no name, a name that comes
 * twice, an octet that no value may have, or an empty place between two semicolons make it none.
 * Octets above 0x7F are let through, for RFC 8616 allows UTF-8.
 */
public final class TagList {
  /** More octets are no tag list: a key of 16384 bits needs 3 KB, a long h= some more. */
  static final int MAX_LENGTH = 128 * 1024;

  private static final int MAX_TAGS = 100;

  /** Where a value stands in the text, between its = and its semicolon, white space included. */
  private record Span(int start, int end) {}

  private final String text;
  private final Map<String, Span> tags = new LinkedHashMap<>();

  private TagList(String text) {
    this.text = text;
  }

  /**
   * Reads a list; empty when the text is none.
   *
   * @param text one char per octet, folds allowed
   */
  public static Optional<TagList> parse(String text) {
    TagList list = new TagList(text);
    return text.length() <= MAX_LENGTH && list.read() ? Optional.of(list) : Optional.empty();
  }

  /** The value without the white space around it; empty when there is no such tag. */
  public Optional<String> value(String name) {
    return Optional.ofNullable(tags.get(name))
        .map(span -> text.substring(skip(span.start, span.end), trimmed(span.start, span.end)));
  }

  /** Whether the tag is there, with or without a value. */
  public boolean has(String name) {
    return tags.containsKey(name);
  }

  /** Whether that tag is the first. */
  boolean beginsWith(String name) {
    return !tags.isEmpty() && tags.keySet().iterator().next().equals(name);
  }

  /** The text with a value taken out, and the white space around it (RFC 6376 section 3.5, b=). */
  String without(String name) {
    Span span = tags.get(name);
    return span == null ? text : text.substring(0, span.start) + text.substring(span.end);
  }

  private boolean read() {
    int start = 0;
    while (start < text.length()) {
      int semicolon = text.indexOf(';', start);
      int end = semicolon < 0 ? text.length() : semicolon;
      boolean isLast = end == text.length();
      if (isLast && !tags.isEmpty() && skip(start, end) == end) {
        return true; // white space after the last semicolon
      }
      if (tags.size() == MAX_TAGS || !readTag(start, end)) {
        return false;
      }
      start = end + 1;
    }
    return !tags.isEmpty();
  }

  private boolean readTag(int start, int end) {
    int equals = text.indexOf('=', start);
    if (equals < 0 || equals >= end || !hasFolds(start, end)) {
      return false;
    }
    int nameStart = skip(start, equals);
    int nameEnd = trimmed(nameStart, equals);
    if (!isName(nameStart, nameEnd) || !isValue(equals + 1, end)) {
      return false;
    }
    return tags.put(text.substring(nameStart, nameEnd), new Span(equals + 1, end)) == null;
  }

  private boolean isName(int start, int end) {
    for (int i = start; i < end; i++) {
      char c = text.charAt(i);
      boolean isLetter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      if (!isLetter && (i == start || !((c >= '0' && c <= '9') || c == '_'))) {
        return false;
      }
    }
    return end > start;
  }

  private boolean isValue(int start, int end) {
    for (int i = start; i < end; i++) {
      char c = text.charAt(i);
      if (!isSpace(c) && (c < '!' || c == 0x7F || c > 0xFF)) {
        return false;
      }
    }
    return true;
  }

  /** CR only before LF, LF only before white space (RFC 6376 section 2.8). */
  private boolean hasFolds(int start, int end) {
    for (int i = start; i < end; i++) {
      char c = text.charAt(i);
      char next = i + 1 < text.length() ? text.charAt(i + 1) : 0;
      if ((c == '\r' && next != '\n') || (c == '\n' && next != ' ' && next != '\t')) {
        return false;
      }
    }
    return true;
  }

  private int skip(int start, int end) {
    int i = start;
    while (i < end && isSpace(text.charAt(i))) {
      i++;
    }
    return i;
  }

  private int trimmed(int start, int end) {
    int i = end;
    while (i > start && isSpace(text.charAt(i - 1))) {
      i--;
    }
    return Math.max(i, skip(start, end));
  }

  static boolean isSpace(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
  }
}
