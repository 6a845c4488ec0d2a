/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.posthouse.config.Settings;
import org.posthouse.identity.Addition;
import org.posthouse.identity.Identity;
import org.posthouse.identity.KnownNames;
import org.posthouse.identity.UserFile;
import org.posthouse.identity.client.AddressRule;
import org.posthouse.identity.client.NetworkSpec;
import org.posthouse.identity.client.Range;
import org.posthouse.identity.config.IdentitiesConfiguration;
import org.posthouse.identity.rights.Client;
import org.posthouse.identity.rights.Freedom;
import org.posthouse.identity.rights.SenderRights;

/** What identities.xml and senders.xml are together, and neither of them alone. */
final class IdentityCheck {
  private final IdentitiesConfiguration identities;

  IdentityCheck(IdentitiesConfiguration identities) {
    this.identities = identities;
  }

  /**
   * The names that rules may have; unknown where others than these files know more of them.
   *
   * @param users the file of users
   * @param tokens whether a door takes tokens, which have names and groups
   */
  KnownNames known(Path users, boolean tokens) {
    boolean closed =
        identities.passwords().stream().allMatch(Optional::isEmpty)
            && identities.issuers().isEmpty()
            && !tokens;
    if (!closed) {
      return KnownNames.UNKNOWN;
    }
    Set<String> names = new HashSet<>(identities.additions().keySet());
    Set<String> groups = new HashSet<>();
    identities.additions().values().forEach(each -> groups.addAll(each.groups()));
    identities
        .addresses()
        .forEach(
            each -> {
              names.add(each.identity());
              groups.addAll(each.groups());
            });
    identities
        .certificates()
        .forEach(
            each -> {
              names.add(each.identity().text());
              groups.addAll(each.groups());
            });
    boolean fixed = identities.certificates().stream().allMatch(each -> each.identity().isFixed());
    boolean all = fixed && addUsers(users, names);
    // A home that is new has no users yet, and its rules are not wrong for that.
    return new KnownNames(
        Optional.of(names).filter(some -> all && !some.isEmpty()).map(Set::copyOf),
        Optional.of(groups));
  }

  private boolean addUsers(Path users, Set<String> names) {
    try {
      new UserFile(users).read().users().forEach(each -> names.add(each.name().toString()));
      return true;
    } catch (IOException e) {
      return false; // which is told elsewhere
    }
  }

  /** Warns of networks beyond this machine and private ones that may send as any domain. */
  void warnOfFree(Settings file, SenderRights rights) {
    List<Settings> parts = file.parts("network");
    List<AddressRule> rules =
        identities.addresses().stream().filter(rule -> rule.hosts().isEmpty()).toList();
    for (int i = 0; i < parts.size() && parts.size() == rules.size(); i++) {
      AddressRule rule = rules.get(i);
      Settings part = parts.get(i);
      part.text("").stream()
          .flatMap(text -> NetworkSpec.readable(text).stream())
          .filter(network -> !network.isNameOfHost())
          .filter(network -> !network.isPrivate() && !network.isBeyondAnyOwner())
          .forEach(
              network ->
                  free(rule, network.range(), rights)
                      .ifPresent(how -> part.warning("", how.warning(network))));
    }
  }

  private Optional<Freedom> free(AddressRule rule, Range range, SenderRights rights) {
    Addition more = identities.additions().get(rule.identity());
    Stream<String> groups =
        Stream.concat(rule.groups().stream(), more == null ? Stream.of() : more.groups().stream());
    InetAddress first = range.first();
    Identity identity = Identity.named(rule.identity(), "network").with(groups.toList(), Set.of());
    return rights.freedom(new Client(identity, first)).filter(Freedom::anySender);
  }
}
