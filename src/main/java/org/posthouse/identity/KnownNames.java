/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity;

import java.util.Collection;
import java.util.Set;
import java.util.function.BiConsumer;
import org.posthouse.config.Settings;
import org.posthouse.spelling.NearestName;

/**
 * Names that rules and limits may refer to. An empty set is for "nobody knows": nothing is compared
 * with it.
 *
 * @param identities in lower case
 * @param groups in lower case
 */
public record KnownNames(Set<String> identities, Set<String> groups) {
  /** For those who only want the rules. */
  public static final KnownNames NONE = new KnownNames(Set.of(), Set.of());

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
      Set<String> all,
      BiConsumer<String, String> complain) {
    for (String name : names) {
      if (!all.isEmpty() && !all.contains(name)) {
        complain.accept(key, "there is no " + kind + " '" + name + "'" + nearest(name, all));
      }
    }
  }

  private static String nearest(String name, Set<String> all) {
    return NearestName.of(name, all.stream())
        .map(near -> "; did you mean '" + near + "'?")
        .orElse("");
  }
}
