/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.data;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.james.rrt.lib.Mapping;
import org.posthouse.rewriting.Address;

/**
 * The elements {@code mapping} of recipientrewritetable.xml. Stock's reading of them turns all that
 * they lead to into lower case; local parts have to keep theirs (RFC 5321, section 2.4).
 */
final class WrittenMappings {
  private static final String ANYBODY = "*";

  /** By recipient, in lower case, by {@code *} and the domain, or by {@code *} alone. */
  private final Map<String, List<Mapping>> bySource = new HashMap<>();

  /** What the elements say: each is one mapping or several, separated by commas. */
  WrittenMappings(String... elements) {
    for (String element : elements) {
      for (String item : element.split(",", -1)) {
        int equals = item.indexOf('=');
        if (equals > 0) {
          bySource.put(
              item.substring(0, equals).trim().toLowerCase(Locale.ROOT),
              targets(item.substring(equals + 1)));
        }
      }
    }
  }

  private static List<Mapping> targets(String text) {
    List<Mapping> targets = new ArrayList<>();
    for (String each : text.split(";", -1)) {
      if (!each.isBlank()) {
        Mapping.Type type = Mapping.detectType(each.trim().toLowerCase(Locale.ROOT));
        targets.add(Mapping.of(type, each.trim().substring(type.asPrefix().length())));
      }
    }
    return targets;
  }

  /** Those of an address, or else of all of its domain, or else of everybody; perhaps none. */
  List<Mapping> of(Address address) {
    String domain = "@" + address.asciiDomain();
    String user = address.user().toLowerCase(Locale.ROOT);
    return Stream.of(user + domain, ANYBODY + domain, ANYBODY)
        .filter(bySource::containsKey)
        .findFirst()
        .map(bySource::get)
        .orElse(List.of());
  }
}
