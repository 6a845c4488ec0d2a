/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.config;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.posthouse.config.Settings;
import org.posthouse.identity.Letters;

/** What several elements of identities.xml have. */
final class Values {
  private static final int MOST_CHARACTERS = 255;
  private static final String FILE = "file://";

  private Values() {}

  /** An attribute that must be there; empty when it is not, which is a problem then. */
  static Optional<String> required(Settings part, String attribute) {
    Optional<String> text = part.text("[@" + attribute + "]").filter(value -> !value.isEmpty());
    if (text.isEmpty()) {
      part.problem("", "it has no attribute " + attribute);
    }
    return text;
  }

  /** The name of an identity; empty when there is none that can be used. */
  static Optional<String> identity(Settings part, String attribute) {
    Optional<String> name = required(part, attribute);
    if (name.isPresent() && !isName(name.get())) {
      part.problem(
          "[@" + attribute + "]",
          "'"
              + name.get()
              + "' is no name of an identity; it holds no blanks and 255 characters at"
              + " most");
      return Optional.empty();
    }
    return name.map(Letters::lower);
  }

  private static boolean isName(String name) {
    return name.length() <= MOST_CHARACTERS
        && name.codePoints().noneMatch(c -> Character.isISOControl(c) || Character.isWhitespace(c));
  }

  /** Groups, separated by commas, since names of groups may hold blanks; in lower case. */
  static Set<String> groups(Settings part) {
    return commas(part.text("[@groups]").orElse(""));
  }

  /** Mail addresses, separated by commas; in lower case. */
  static Set<String> addresses(Settings part) {
    Set<String> all = commas(part.text("[@addresses]").orElse(""));
    for (String address : all) {
      if (!address.matches("[^\\s@]+@[^\\s@;<>()\",]+")) {
        part.problem("[@addresses]", "'" + address + "' is no mail address");
      }
    }
    return all;
  }

  private static Set<String> commas(String text) {
    Set<String> all = new LinkedHashSet<>();
    for (String each : text.split(",", -1)) {
      if (!each.isBlank()) {
        all.add(Letters.lower(each.strip()));
      }
    }
    return all;
  }

  /** Words, separated by blanks or commas. */
  static List<String> words(Settings part, String key, String otherwise) {
    return Arrays.stream(part.text(key).orElse(otherwise).split("[,\\s]+", -1))
        .filter(word -> !word.isEmpty())
        .toList();
  }

  /** A file; relative paths begin at the home, {@code file://} may stand before them. */
  static Path file(Path home, String text) {
    return home.resolve(text.startsWith(FILE) ? text.substring(FILE.length()) : text);
  }
}
