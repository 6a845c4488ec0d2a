/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.rights;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.posthouse.spelling.NearestName;

/** Names of SMTP extensions, as EHLO has them. */
final class Extensions {
  /** Those that mail can use. */
  static final List<String> ALL =
      List.of(
          "8BITMIME",
          "BINARYMIME",
          "CHUNKING",
          "DELIVERBY",
          "DSN",
          "FUTURERELEASE",
          "MT-PRIORITY",
          "REQUIRETLS",
          "SMTPUTF8");

  /** What strangers need who write to a local address; with the rest they would ask for favours. */
  static final Set<String> OF_STRANGERS =
      Set.of("8BITMIME", "BINARYMIME", "CHUNKING", "DSN", "REQUIRETLS", "SMTPUTF8");

  private Extensions() {}

  /**
   * Reads {@code any}, {@code none} or names, separated by commas or blanks.
   *
   * @throws IllegalArgumentException naming the first that is none of them
   */
  static Set<String> parse(String text) {
    if (text.equals("any")) {
      return Set.copyOf(ALL);
    }
    Set<String> names = new TreeSet<>();
    for (String word : text.equals("none") ? new String[0] : text.split("[,\\s]+", -1)) {
      String name = word.toUpperCase(Locale.ROOT);
      if (!ALL.contains(name)) {
        throw new IllegalArgumentException(
            "'"
                + word
                + "' is no extension that mail uses"
                + NearestName.of(name, ALL.stream())
                    .map(near -> "; did you mean " + near + "?")
                    .orElse("; known are any, none, " + String.join(", ", ALL)));
      }
      names.add(name);
    }
    return Set.copyOf(names);
  }
}
