/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.rights;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.posthouse.config.Settings;
import org.posthouse.identity.client.Range;

/**
 * What senders.xml says: who may send what, and which addresses are the relay's own. Immutable. The
 * first rule that names a client holds; a client that none names may not send anything.
 */
public final class SenderRights {
  /** Stands for a rule where none names the client. */
  public static final String NO_RULE = "none";

  /** Stands for a rule where the recipient is one of the local addresses. */
  public static final String LOCAL = "local";

  private final String defaultDomain;
  private final List<Rule> rules;
  private final LocalAddresses local;

  /** Rules for written out identities, by name: there may be one for each of many. */
  private final Map<String, List<Numbered>> byIdentity = new HashMap<>();

  private final List<Numbered> others = new ArrayList<>();

  /** A rule and its place in the file. */
  private record Numbered(int number, Rule rule) {}

  private SenderRights(String defaultDomain, List<Rule> rules, LocalAddresses local) {
    this.defaultDomain = defaultDomain;
    this.rules = rules;
    this.local = local;
    for (int i = 0; i < rules.size(); i++) {
      Numbered rule = new Numbered(i, rules.get(i));
      Names identities = rule.rule().conditions().identities();
      if (identities.isEmpty() || !identities.globs().isEmpty()) {
        others.add(rule);
      }
      for (String name : identities.globs().isEmpty() ? identities.whole() : Set.<String>of()) {
        byIdentity.computeIfAbsent(name, key -> new ArrayList<>()).add(rule);
      }
    }
  }

  /**
   * Reads the file. What is wrong is added to its problems; the rights must not be used then.
   *
   * @param known names that rules may refer to
   * @param defaultDomain of logins that are no addresses
   */
  public static SenderRights read(Settings senders, Known known, String defaultDomain) {
    List<Rule> rules = RulesReader.read(senders, known);
    LocalAddresses local = new LocalReader(known).read(senders.section("local"), defaultDomain);
    if (senders.parts("rule").isEmpty()) {
      senders.warning("", "it has no <rule>, so nobody may send");
    }
    return new SenderRights(defaultDomain, rules, local);
  }

  /** As shipped, for a home that has no senders.xml. */
  public static SenderRights shipped(String defaultDomain) {
    Conditions logins = new Conditions(Names.of(List.of("*")), Names.NONE, List.of());
    Conditions programs = new Conditions(Names.NONE, Names.NONE, List.of(Network.AUTHORIZED));
    return new SenderRights(
        defaultDomain,
        List.of(
            shipped("logins", logins, AddressList.OWN),
            shipped("authorized-programs", programs, AddressList.ANY)),
        LocalAddresses.NONE);
  }

  private static Rule shipped(String name, Conditions conditions, AddressList sender) {
    return new Rule(
        name,
        0,
        conditions,
        sender,
        sender,
        Set.of(),
        AddressList.ANY,
        Long.MAX_VALUE,
        Set.copyOf(Extensions.ALL),
        true,
        DisplayNames.ANY,
        Otherwise.REFUSE);
  }

  /** What a client may send: a rule says what those may whom a door lets relay, and lets nobody. */
  public Grant grant(Client client) {
    Rule rule = client.isAdmitted() ? rule(client).orElse(null) : null;
    return new Grant(client, rule, OwnAddresses.of(client, defaultDomain), local);
  }

  private Optional<Rule> rule(Client client) {
    List<Numbered> named =
        client.identity() == null
            ? List.of()
            : byIdentity.getOrDefault(client.identity().name(), List.of());
    return Stream.of(named, others)
        .flatMap(some -> first(some, client).stream())
        .min(Comparator.comparingInt(Numbered::number))
        .map(Numbered::rule);
  }

  private static Optional<Numbered> first(List<Numbered> some, Client client) {
    for (Numbered each : some) {
      if (each.rule().conditions().hold(client)) {
        return Optional.of(each);
      }
    }
    return Optional.empty();
  }

  /**
   * What those may do whom a door authorizes by their address only; empty where they may not send
   * to anybody.
   */
  public Optional<Freedom> ofAuthorized(Range range) {
    Conditions authorized = new Conditions(Names.NONE, Names.NONE, List.of(Network.AUTHORIZED));
    Conditions within = new Conditions(Names.NONE, Names.NONE, List.of(new Network(range)));
    return rules.stream()
        .filter(rule -> rule.conditions().cover(authorized) || rule.conditions().cover(within))
        .findFirst()
        .filter(rule -> rule.recipients().any())
        .map(rule -> new Freedom(rule.toString(), rule.sender().isBoundless()));
  }

  /** What one may do whom nothing but its address has told; empty where not to anybody. */
  public Optional<Freedom> freedom(Client client) {
    return rule(client)
        .filter(rule -> rule.recipients().any())
        .map(rule -> new Freedom(rule.toString(), rule.sender().isBoundless()));
  }

  /** Warns of rules that are for authorized addresses only, of which the doors have none. */
  public static void warnOfUnauthorized(Settings senders) {
    for (Settings part : senders.parts("rule")) {
      if (part.text("[@networks]").filter(Network.AUTHORIZED.toString()::equals).isPresent()) {
        part.warning("[@networks]", "it never applies: no door has <authorizedAddresses>");
      }
    }
  }

  /** The addresses that take mail from anyone. */
  public LocalAddresses local() {
    return local;
  }

  /** Names of the rules, in order. */
  public List<String> ruleNames() {
    return rules.stream().map(Rule::name).toList();
  }

  List<Rule> rules() {
    return rules;
  }
}
