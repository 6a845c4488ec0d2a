/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.message;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** An edit of header fields, which knows whether anything has changed. */
public final class HeaderEdit {
  private static final String CRLF = "\r\n";

  private final List<HeaderField> fields = new ArrayList<>();
  private boolean changed;

  /** Begins with these fields; what was removed from them before is left out. */
  public HeaderEdit(List<HeaderField> fields) {
    for (HeaderField field : fields) {
      if (!field.removed()) {
        this.fields.add(field);
      }
    }
  }

  /** The fields as they are now, from the top; a view. */
  public List<HeaderField> fields() {
    return Collections.unmodifiableList(fields);
  }

  /** Whether the fields are others than at the begin. */
  public boolean isChanged() {
    return changed;
  }

  /** The line end that the message uses: that of its first field, or CRLF. */
  public String lineEnd() {
    return fields.isEmpty() || fields.get(0).end().isEmpty() ? CRLF : fields.get(0).end();
  }

  /** Whether there is a field of that name, case aside. */
  public boolean has(String name) {
    return first(name).isPresent();
  }

  /** The topmost field of that name, case aside. */
  public Optional<HeaderField> first(String name) {
    return fields.stream().filter(field -> field.is(name)).findFirst();
  }

  /**
   * Looks at every field from the top.
   *
   * @param change gives the field itself to keep it, another one for its place, or empty to remove
   *     it
   */
  public void forEach(Function<HeaderField, Optional<HeaderField>> change) {
    List<HeaderField> before = List.copyOf(fields);
    fields.clear();
    for (HeaderField field : before) {
      Optional<HeaderField> after = change.apply(field);
      after.ifPresent(fields::add);
      changed |= after.isEmpty() || !after.get().equals(field);
    }
  }

  /**
   * Puts fields above all others, with the line ends that the message uses. Above a first line that
   * begins with a blank it puts none: what a stranger wrote there would go on with the last of them
   * (RFC 5322 section 2.2.3).
   *
   * @param lines from the top, with their folds, one char per octet, without the last line end
   */
  public void prepend(List<String> lines) {
    if (!fields.isEmpty() && fields.get(0).continuesAbove()) {
      return;
    }
    String end = lineEnd();
    List<HeaderField> above = new ArrayList<>();
    for (String line : lines) {
      above.add(HeaderField.written(end.equals(CRLF) ? line : line.replace(CRLF, end), end));
    }
    fields.addAll(0, above);
    changed |= !above.isEmpty();
  }

  /**
   * Puts a field below all others.
   *
   * @param line with its folds, one char per octet, without its last line end
   */
  public void append(String line) {
    boolean open = !fields.isEmpty() && !fields.get(fields.size() - 1).isTerminated();
    fields.add(open ? fields.size() - 1 : fields.size(), HeaderField.written(line, lineEnd()));
    changed = true;
  }
}
