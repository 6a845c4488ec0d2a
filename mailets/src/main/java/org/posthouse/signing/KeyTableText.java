/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.signing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.xml.stream.XMLStreamException;
import org.jspecify.annotations.Nullable;
import org.posthouse.signing.XmlTag.Kind;
import org.posthouse.signing.XmlTag.Span;

/**
 * The text of a table of keys, changed in place: what a person wrote around, comments and layout,
 * stays. Immutable.
 */
public final class KeyTableText {
  private static final String EMPTY =
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <!-- The keys that sign mail (DKIM), by the domain of From; `posthouse dkim` changes this file. -->
      <dkim>
      </dkim>
      """;

  private final String text;
  private final List<XmlTag> tags;

  private KeyTableText(String text) {
    this.text = text;
    this.tags = XmlTag.all(text);
  }

  /** A table without keys. */
  public static KeyTableText empty() {
    return new KeyTableText(EMPTY);
  }

  /**
   * A table as it is in a file.
   *
   * @throws IllegalArgumentException when it is no XML with the root {@code <dkim>}; the message
   *     says why
   */
  public static KeyTableText parse(String text) {
    try {
      XmlNode root = XmlFile.parse(text.getBytes(UTF_8));
      if (!root.name().equals("dkim")) {
        throw new IllegalArgumentException("its root element is <" + root.name() + ">, not <dkim>");
      }
      return new KeyTableText(text);
    } catch (XMLStreamException e) {
      throw new IllegalArgumentException(XmlFile.text(e), e);
    }
  }

  /** The text. */
  @Override
  public String toString() {
    return text;
  }

  /** A key as it is to stand there. */
  public record Entry(String selector, String file, Validity validity) {
    private String xml() {
      StringBuilder xml = new StringBuilder("<key selector=\"");
      xml.append(escaped(selector)).append("\" file=\"").append(escaped(file)).append('"');
      if (validity.from() != null) {
        xml.append(" from=\"").append(Validity.text(validity.from())).append('"');
      }
      if (validity.until() != null) {
        xml.append(" until=\"").append(Validity.text(validity.until())).append('"');
      }
      return xml.append("/>").toString();
    }
  }

  /**
   * With one more key, after the others of its domain.
   *
   * @param whose as {@code name} of the element has it, or {@code default}; an element of that name
   *     is made when there is none
   */
  public KeyTableText with(String whose, Entry entry) {
    Optional<XmlTag> domain = domain(whose);
    if (domain.isPresent()) {
      return withChild(domain.get(), entry.xml());
    }
    XmlTag root = tags.get(0);
    String inside = indentInside(root);
    String element =
        "<domain name=\""
            + escaped(whose)
            + "\">\n"
            + inside
            + inside.substring(indentOf(root).length())
            + entry.xml()
            + "\n"
            + inside
            + "</domain>";
    return withChild(root, element);
  }

  /**
   * With another end of a key.
   *
   * @throws IllegalArgumentException when there is no such key
   */
  public KeyTableText withUntil(String whose, String selector, Instant end) {
    XmlTag key =
        key(whose, selector)
            .orElseThrow(
                () -> new IllegalArgumentException("there is no key " + selector + " of " + whose));
    String until = Validity.text(end);
    Span old = key.attributes().get("until");
    if (old != null) {
      return replaced(old.start(), old.end(), until);
    }
    int at = key.end() - (key.kind() == Kind.EMPTY ? 2 : 1);
    while (Character.isWhitespace(text.charAt(at - 1))) {
      at--;
    }
    return replaced(at, at, " until=\"" + until + "\"");
  }

  private Optional<XmlTag> key(String whose, String selector) {
    Optional<XmlTag> domain = domain(whose);
    if (domain.isEmpty()) {
      return Optional.empty();
    }
    int from = tags.indexOf(domain.get());
    return tags.subList(from + 1, close(from)).stream()
        .filter(tag -> tag.name().equals("key") && tag.kind() != Kind.CLOSE)
        .filter(tag -> tag.value(text, "selector").equalsIgnoreCase(selector))
        .findFirst();
  }

  private Optional<XmlTag> domain(String whose) {
    return tags.stream()
        .filter(tag -> tag.kind() != Kind.CLOSE)
        .filter(
            tag ->
                tag.name().equals("domain")
                    ? same(tag.value(text, "name"), whose)
                    : tag.name().equals("default") && whose.equals("default"))
        .findFirst();
  }

  private static boolean same(String one, String other) {
    return FromPattern.normal(one).equals(FromPattern.normal(other));
  }

  /** The index of the tag that closes one; its own where it is empty. */
  private int close(int index) {
    int depth = 0;
    for (int i = index; i < tags.size(); i++) {
      depth += tags.get(i).kind() == Kind.OPEN ? 1 : tags.get(i).kind() == Kind.CLOSE ? -1 : 0;
      if (depth == 0) {
        return i;
      }
    }
    throw new IllegalStateException("the text is not well-formed");
  }

  /** With an element more, the last inside of another, on a line of its own. */
  private KeyTableText withChild(XmlTag parent, String element) {
    String indent = indentInside(parent);
    if (parent.kind() == Kind.EMPTY) {
      int slash = text.lastIndexOf('/', parent.end() - 1);
      int end = slash;
      while (Character.isWhitespace(text.charAt(end - 1))) {
        end--;
      }
      String close = "</" + parent.name() + ">";
      return replaced(
          end, parent.end(), ">\n" + indent + element + "\n" + indentOf(parent) + close);
    }
    XmlTag close = tags.get(close(tags.indexOf(parent)));
    int line = text.lastIndexOf('\n', close.start() - 1) + 1;
    boolean alone = text.substring(line, close.start()).isBlank();
    return alone
        ? replaced(line, line, indent + element + "\n")
        : replaced(close.start(), close.start(), "\n" + indent + element + "\n" + indentOf(parent));
  }

  /** The white space before a tag that begins its line; otherwise that of the line. */
  private String indentOf(XmlTag tag) {
    int line = text.lastIndexOf('\n', tag.start() - 1) + 1;
    int end = line;
    while (end < tag.start() && (text.charAt(end) == ' ' || text.charAt(end) == '\t')) {
      end++;
    }
    return text.substring(line, end);
  }

  /** As the first element inside is indented; two more than the parent where there is none. */
  private String indentInside(XmlTag parent) {
    int index = tags.indexOf(parent);
    @Nullable XmlTag first = index + 1 < tags.size() ? tags.get(index + 1) : null;
    boolean hasChild = parent.kind() == Kind.OPEN && first != null && first.kind() != Kind.CLOSE;
    String own = indentOf(parent);
    if (hasChild && first != null) {
      String childs = indentOf(first);
      if (childs.length() > own.length()) {
        return childs;
      }
    }
    return own + "  ";
  }

  private KeyTableText replaced(int start, int end, String by) {
    return new KeyTableText(text.substring(0, start) + by + text.substring(end));
  }

  private static String escaped(String value) {
    return value.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
  }
}
