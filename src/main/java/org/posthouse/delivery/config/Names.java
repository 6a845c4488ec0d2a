/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery.config;

import java.util.Optional;
import java.util.Set;
import org.posthouse.config.Settings;

/** The attribute {@code name}, which logs and metrics show. */
final class Names {
  private static final String KEY = "[@name]";
  private static final String FORM = "[A-Za-z0-9][A-Za-z0-9._-]{0,62}";

  private Names() {}

  /**
   * Reads the name of an element, which must have one.
   *
   * @param taken what others of the kind are called; the name is added
   * @return empty when it has none that can be used, which is a problem then
   */
  static Optional<String> read(Settings element, Set<String> taken) {
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

  /** Reads what the relay calls itself in EHLO, and warns of what hosts may refuse. */
  static String helo(Settings element, String key, String otherwise) {
    String name = element.read(key, otherwise, HostNames::helo);
    boolean full = name.isEmpty() || name.indexOf('.') >= 0 || name.indexOf(':') >= 0;
    if (!full && element.text(key).isPresent()) {
      element.warning(key, "'" + name + "' has no domain: many hosts refuse such a name");
    }
    return name;
  }
}
