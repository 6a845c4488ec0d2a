/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.config;

import java.util.Optional;
import java.util.Set;

/** The attribute {@code name}, which logs and metrics show. */
public final class NameAttribute {
  private static final String KEY = "[@name]";
  private static final String FORM = "[A-Za-z0-9][A-Za-z0-9._-]{0,62}";

  private NameAttribute() {}

  /**
   * Reads the name of an element, which must have one.
   *
   * @param taken what others of the kind are called; the name is added
   * @return empty when it has none that can be used, which is a problem then
   */
  public static Optional<String> read(Settings element, Set<String> taken) {
    Optional<String> name = element.text(KEY).filter(text -> !text.isEmpty());
    if (name.isEmpty()) {
      element.problem("", "it has no attribute name");
    } else if (!name.get().matches(FORM)) {
      element.problem(
          KEY, "'" + name.get() + "' is no name; it may hold letters, digits, '.', '_' and '-'");
    } else if (!taken.add(name.get())) {
      element.problem(KEY, "'" + name.get() + "' is the name of another");
    }
    return name;
  }
}
