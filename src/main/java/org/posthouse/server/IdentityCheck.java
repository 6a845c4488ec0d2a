/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import com.google.common.base.Suppliers;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
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
  private static final int MOST_NAMED = 5;

  private final IdentitiesConfiguration identities;

  /** Names of the file of users; empty when it cannot be read, which is told elsewhere. */
  private final Supplier<Optional<Set<String>>> listed;

  /**
   * A check of one configuration.
   *
   * @param users the file of users, which is read once
   */
  IdentityCheck(IdentitiesConfiguration identities, Path users) {
    this.identities = identities;
    this.listed = Suppliers.memoize(() -> listed(users));
  }

  /** Whether nobody but the files knows names. */
  private boolean isClosed(boolean tokens) {
    return identities.passwords().stream().allMatch(Optional::isEmpty)
        && identities.issuers().isEmpty()
        && !tokens;
  }

  /**
   * The names that rules may have; unknown where others than these files know more of them.
   *
   * @param tokens whether a door takes tokens, which have names and groups
   */
  KnownNames known(boolean tokens) {
    if (!isClosed(tokens)) {
      return KnownNames.UNKNOWN;
    }
    Set<String> groups = new HashSet<>();
    identities.additions().values().forEach(each -> groups.addAll(each.groups()));
    identities.addresses().forEach(each -> groups.addAll(each.groups()));
    identities.certificates().forEach(each -> groups.addAll(each.groups()));
    Optional<Set<String>> found =
        found()
            .map(
                names -> {
                  names.addAll(identities.additions().keySet());
                  return Set.copyOf(names);
                });
    // A home that is new has no users yet, and its rules are not wrong for that.
    return new KnownNames(found.filter(names -> !names.isEmpty()), Optional.of(groups));
  }

  /** Whom the sources find, where all of these have names. */
  private Optional<Set<String>> found() {
    Set<String> names = new HashSet<>();
    identities.addresses().forEach(each -> names.add(each.identity()));
    identities.certificates().forEach(each -> names.add(each.identity().text()));
    boolean fixed = identities.certificates().stream().allMatch(each -> each.identity().isFixed());
    listed.get().ifPresent(names::addAll);
    return Optional.of(names).filter(all -> fixed && listed.get().isPresent());
  }

  private static Optional<Set<String>> listed(Path users) {
    try {
      return Optional.of(
          new UserFile(users)
              .read().users().stream()
                  .map(each -> each.name().toString())
                  .collect(Collectors.toUnmodifiableSet()));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Warns of additions that are for nobody. */
  void warnOfAdditions(Settings file, boolean tokens) {
    if (!isClosed(tokens)) {
      return;
    }
    KnownNames known = new KnownNames(found(), Optional.empty());
    for (Settings part : file.parts("identity")) {
      part.text("[@name]")
          .map(name -> name.toLowerCase(Locale.ROOT))
          .ifPresent(name -> known.checkIdentities(part, "[@name]", List.of(name)));
    }
  }

  /** Some of those whom no element gives a group, where others of the file of users have one. */
  Set<String> usersWithoutGroup() {
    Set<String> grouped =
        identities.additions().entrySet().stream()
            .filter(each -> !each.getValue().groups().isEmpty())
            .map(Map.Entry::getKey)
            .collect(Collectors.toSet());
    Set<String> others = new TreeSet<>(listed.get().orElse(Set.of()));
    boolean isMixed = others.removeAll(grouped);
    return isMixed
        ? others.stream().limit(MOST_NAMED).collect(Collectors.toCollection(TreeSet::new))
        : Set.of();
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
