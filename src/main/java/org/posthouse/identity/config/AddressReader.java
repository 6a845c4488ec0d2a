/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.posthouse.config.Settings;
import org.posthouse.identity.client.AddressRule;
import org.posthouse.identity.client.NetworkSpec;
import org.posthouse.identity.client.Networks;
import org.posthouse.identity.client.Range;

/** Reads {@code <network>} and {@code <host>} elements. */
final class AddressReader {
  private static final String HOST =
      "(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?([.][a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*[.]?";

  private final List<AddressRule> rules = new ArrayList<>();
  private final List<NetworkSpec> all = new ArrayList<>();
  private boolean toldOfAll;

  List<AddressRule> rules() {
    return rules;
  }

  void network(Settings part) {
    Optional<String> identity = Values.identity(part, "identity");
    Set<String> groups = Values.groups(part);
    Optional<String> text = part.problems("", AddressReader::problems);
    if (text.filter(given -> !given.isEmpty()).isEmpty()) {
      part.problem("", "it holds no network");
      return;
    }
    everybody(part, identity.orElse(""), text.get());
    Networks networks = problems(text.get()).isEmpty() ? Networks.parse(text.get()) : Networks.NONE;
    warnOfNetworks(part, networks);
    identity.ifPresent(name -> rules.add(new AddressRule(name, groups, networks, List.of())));
  }

  private static List<String> problems(String text) {
    List<String> problems = new ArrayList<>(NetworkSpec.problems(text));
    if (problems.isEmpty()) {
      try {
        Networks unused = Networks.parse(text);
      } catch (IllegalArgumentException e) {
        problems.add(String.valueOf(e.getMessage()));
      }
    }
    return problems;
  }

  /** Rules for identities would then hold for strangers. */
  private void everybody(Settings part, String identity, String text) {
    List<NetworkSpec> here = NetworkSpec.readable(text);
    List<NetworkSpec> whole = here.stream().filter(NetworkSpec::isBeyondAnyOwner).toList();
    whole.forEach(spec -> openRelay(part, identity, "a network as large as " + spec));
    here.stream().filter(spec -> !spec.isBeyondAnyOwner()).forEach(all::add);
    if (!toldOfAll && NetworkSpec.areBeyondAnyOwner(all)) {
      toldOfAll = true;
      openRelay(part, identity, "as much as these networks and those before them");
    }
  }

  private static void openRelay(Settings part, String identity, String what) {
    part.problem(
        "",
        "this makes an open relay: nobody has "
            + what
            + ", so strangers would be "
            + (identity.isEmpty() ? "known" : "'" + identity + "'")
            + ". Name the networks that are yours");
  }

  private void warnOfNetworks(Settings part, Networks networks) {
    List<Range> useless =
        networks.ranges().stream().filter(range -> earlier(range).isPresent()).toList();
    if (!useless.isEmpty() && useless.size() == networks.ranges().size()) {
      part.warning("", "it never applies: " + taken(useless.get(0)));
    } else {
      useless.forEach(range -> part.warning("", range + " never counts: " + taken(range)));
    }
  }

  private String taken(Range range) {
    return "the network of '" + earlier(range).orElse("") + "' before it holds all of it";
  }

  private Optional<String> earlier(Range range) {
    return rules.stream()
        .filter(rule -> rule.networks().ranges().stream().anyMatch(each -> each.contains(range)))
        .findFirst()
        .map(AddressRule::identity);
  }

  void host(Settings part) {
    Optional<String> identity = Values.identity(part, "identity");
    Set<String> groups = Values.groups(part);
    List<String> hosts = new ArrayList<>();
    for (String word : Values.words(part, "", "")) {
      String host = word.toLowerCase(Locale.ROOT);
      if (host.matches(".*[0-9a-f]*:.*|[0-9.]+")) {
        part.problem("", "'" + word + "' is an address; <network> is for addresses");
      } else if (!host.matches(HOST)) {
        part.problem("", "'" + word + "' is no name of a host");
      } else {
        hosts.add(host);
      }
    }
    if (Values.words(part, "", "").isEmpty()) {
      part.problem("", "it holds no name of a host");
    }
    warnOfHosts(part, hosts);
    if (!hosts.isEmpty()) {
      identity.ifPresent(name -> rules.add(new AddressRule(name, groups, Networks.NONE, hosts)));
    }
  }

  private void warnOfHosts(Settings part, List<String> hosts) {
    for (String host : hosts) {
      rules.stream()
          .filter(rule -> rule.hosts().contains(host))
          .findFirst()
          .ifPresent(
              rule ->
                  part.warning(
                      "", host + " never counts: '" + rule.identity() + "' has it before"));
    }
  }
}
