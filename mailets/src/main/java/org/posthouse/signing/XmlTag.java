/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.signing;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A tag in the text of an XML file that is known to be well-formed and without a document type.
 *
 * @param start of its opening bracket
 * @param end after its closing bracket
 * @param attributes where their values stand, without the quotes
 */
record XmlTag(String name, Kind kind, int start, int end, Map<String, Span> attributes) {
  /** Whether others can stand in the element. */
  enum Kind {
    OPEN,
    CLOSE,
    EMPTY
  }

  /** From an index up to another. */
  record Span(int start, int end) {
    String in(String text) {
      return text.substring(start, end);
    }
  }

  /** All tags of a text, in order; comments, CDATA and processing instructions are passed over. */
  static List<XmlTag> all(String text) {
    List<XmlTag> tags = new ArrayList<>();
    int at = text.indexOf('<');
    while (at >= 0) {
      int end;
      if (text.startsWith("<!--", at)) {
        end = after(text, "-->", at + 4);
      } else if (text.startsWith("<![CDATA[", at)) {
        end = after(text, "]]>", at);
      } else if (text.startsWith("<?", at)) {
        end = after(text, "?>", at);
      } else {
        XmlTag tag = read(text, at);
        tags.add(tag);
        end = tag.end;
      }
      at = text.indexOf('<', end);
    }
    return tags;
  }

  private static int after(String text, String mark, int from) {
    int at = text.indexOf(mark, from);
    return at < 0 ? text.length() : at + mark.length();
  }

  private static XmlTag read(String text, int start) {
    boolean closes = text.startsWith("</", start);
    int nameStart = start + (closes ? 2 : 1);
    int at = nameStart;
    while (at < text.length() && " \t\r\n/>".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    String name = text.substring(nameStart, at);
    Map<String, Span> attributes = new LinkedHashMap<>();
    while (at < text.length() && text.charAt(at) != '>') {
      char c = text.charAt(at);
      if (c == '/' || " \t\r\n".indexOf(c) >= 0) {
        at++;
      } else {
        at = attribute(text, at, attributes);
      }
    }
    boolean empty = !closes && at > 0 && text.charAt(at - 1) == '/';
    Kind kind = closes ? Kind.CLOSE : empty ? Kind.EMPTY : Kind.OPEN;
    return new XmlTag(name, kind, start, Math.min(at + 1, text.length()), attributes);
  }

  /** Returns the index after the attribute. */
  private static int attribute(String text, int start, Map<String, Span> attributes) {
    int equals = text.indexOf('=', start);
    int open = equals + 1;
    while (open < text.length() && " \t\r\n".indexOf(text.charAt(open)) >= 0) {
      open++;
    }
    int close = equals < 0 ? -1 : text.indexOf(text.charAt(open), open + 1);
    if (close < 0) {
      return text.length();
    }
    attributes.put(text.substring(start, equals).strip(), new Span(open + 1, close));
    return close + 1;
  }

  /** The value of an attribute; empty when there is none. */
  String value(String text, String attribute) {
    Span span = attributes.get(attribute);
    return span == null ? "" : span.in(text).strip();
  }
}
