/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.limits;

import java.util.List;
import java.util.Set;
import org.posthouse.identity.client.Networks;
import org.posthouse.identity.client.Range;

/**
 * Whom a limit is for; an empty list is everybody. Those that are not empty must all fit.
 *
 * @param identities names in lower case
 * @param groups in lower case
 * @param networks of clients
 * @param domains in lower case; {@code .example.org} stands for all below
 */
record Audience(
    Set<String> identities, Set<String> groups, Networks networks, Set<String> domains) {
  static final Audience ALL = new Audience(Set.of(), Set.of(), Networks.NONE, Set.of());

  boolean has(Submitter who) {
    return (identities.isEmpty()
            || who.identity().filter(known -> identities.contains(known.name())).isPresent())
        && (groups.isEmpty() || who.identity().filter(known -> isOne(known.groups())).isPresent())
        && (networks.ranges().isEmpty() || networks.contains(who.client()));
  }

  private boolean isOne(Set<String> ofIdentity) {
    return ofIdentity.stream().anyMatch(groups::contains);
  }

  boolean has(String domain) {
    if (domains.isEmpty() || domains.contains(domain)) {
      return true;
    }
    for (int dot = domain.indexOf('.'); dot >= 0; dot = domain.indexOf('.', dot + 1)) {
      if (domains.contains(domain.substring(dot))) {
        return true;
      }
    }
    return false;
  }

  /** The groups of an identity that count. */
  List<String> groups(Submitter who) {
    return who.identity().stream()
        .flatMap(known -> known.groups().stream())
        .filter(group -> groups.isEmpty() || groups.contains(group))
        .toList();
  }

  /** The first network named that has the client, or else its own. */
  String network(Submitter who) {
    for (Range range : networks.ranges()) {
      if (range.contains(who.client())) {
        return range.toString();
      }
    }
    return Range.around(who.client()).toString();
  }
}
