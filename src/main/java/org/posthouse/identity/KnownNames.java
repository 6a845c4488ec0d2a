/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity;

import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.posthouse.config.Settings;
import org.posthouse.spelling.NearestName;

/**
 * Names that rules and limits may refer to. What is empty here is known to nobody, and nothing is
 * compared with it.
 *
 * @param identities in lower case
 * @param groups in lower case; where there are none, no rule may name one
 */
public record KnownNames(Optional<Set<String>> identities, Optional<Set<String>> groups) {
  /** For those who only want the rules. */
  public static final KnownNames UNKNOWN = new KnownNames(Optional.empty(), Optional.empty());

  /** All that there are. */
  public static KnownNames of(Set<String> identities, Set<String> groups) {
    return new KnownNames(Optional.of(identities), Optional.of(groups));
  }

  /** Warns of names that no identity has: users come while the server runs. */
  public void checkIdentities(Settings part, String key, Collection<String> names) {
    check(key, "identity", names, identities, part::warning);
  }

  /** Names that no group has are problems: groups stand in files that are read at the start. */
  public void checkGroups(Settings part, String key, Collection<String> names) {
    check(key, "group", names, groups, part::problem);
  }

  private static void check(
      String key,
      String kind,
      Collection<String> names,
      Optional<Set<String>> known,
      BiConsumer<String, String> complain) {
    for (Set<String> all : known.stream().toList()) {
      names.stream()
          .filter(name -> !all.contains(name))
          .forEach(
              name ->
                  complain.accept(
                      key, "there is no " + kind + " '" + name + "'" + nearest(name, all)));
    }
  }

  private static String nearest(String name, Set<String> all) {
    if (all.isEmpty()) {
      return "; there is none at all";
    }
    return NearestName.of(name, all.stream())
        .map(near -> "; did you mean '" + near + "'?")
        .orElse("");
  }
}
