/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.rights;

import java.util.ArrayList;
import java.util.List;
import org.posthouse.identity.Identity;

/** Whom a rule names: everything that is written must hold, of each list one thing. */
record Conditions(Names identities, Names groups, List<Network> networks) {
  boolean hold(Client client) {
    Identity who = client.identity();
    if (!identities.isEmpty() && (who == null || !identities.hold(who.name()))) {
      return false;
    }
    if (!groups.isEmpty() && (who == null || !groups.holdAnyOf(who.groups()))) {
      return false;
    }
    return networks.isEmpty() || inNetwork(client);
  }

  private boolean inNetwork(Client client) {
    for (Network network : networks) {
      if (network.contains(client)) {
        return true;
      }
    }
    return false;
  }

  /** Whether nobody is named who has not told who it is. */
  boolean needIdentity() {
    return !identities.isEmpty() || !groups.isEmpty();
  }

  /** Whether whoever connects is named. */
  boolean nameEverybody() {
    return !needIdentity()
        && (networks.isEmpty() || networks.stream().anyMatch(Network::isEverything));
  }

  /** Whether everybody whom others name is named here. */
  boolean cover(Conditions other) {
    boolean identitiesCovered =
        identities.isEmpty()
            || (other.identities.isEmpty()
                ? other.needIdentity() && identities.globs().contains("*")
                : identities.cover(other.identities));
    boolean groupsCovered =
        groups.isEmpty() || (!other.groups.isEmpty() && groups.cover(other.groups));
    boolean networksCovered =
        networks.isEmpty()
            || (!other.networks.isEmpty()
                && other.networks.stream()
                    .allMatch(inner -> networks.stream().anyMatch(n -> n.covers(inner))));
    return identitiesCovered && groupsCovered && networksCovered;
  }

  /** Conditions of one identity, group and network each, which together name the same. */
  List<Conditions> each() {
    List<Conditions> all = new ArrayList<>();
    for (Names identity : orNone(identities)) {
      for (Names group : orNone(groups)) {
        if (networks.isEmpty()) {
          all.add(new Conditions(identity, group, List.of()));
        }
        networks.forEach(each -> all.add(new Conditions(identity, group, List.of(each))));
      }
    }
    return all;
  }

  private static List<Names> orNone(Names names) {
    return names.isEmpty() ? List.of(Names.NONE) : names.each();
  }
}
