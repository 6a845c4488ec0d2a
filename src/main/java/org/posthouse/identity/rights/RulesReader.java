/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.rights;

import java.util.ArrayList;
import java.util.List;
import org.posthouse.config.Settings;

/** Reads all rules, and tells of those that do not do what their author must believe. */
final class RulesReader {
  /** Beyond it nobody wrote the rules by hand, and comparing all with all would hold up a start. */
  private static final int MOST_COMPARED = 1000;

  private RulesReader() {}

  static List<Rule> read(Settings file, Known known) {
    RuleReader reader = new RuleReader(known);
    List<Rule> rules = new ArrayList<>();
    for (Settings part : file.parts("rule")) {
      int problems = file.problems().size();
      Rule rule = reader.read(part);
      // Without a condition that is misspelt it would name everybody, and end all rules behind it.
      if (file.problems().size() == problems && !part.hasUnknown()) {
        check(part, rule, rules);
        rules.add(rule);
      }
    }
    return List.copyOf(rules);
  }

  private static void check(Settings part, Rule rule, List<Rule> before) {
    List<Conditions> each = rule.conditions().each();
    if (before.size() <= MOST_COMPARED && each.size() <= MOST_COMPARED) {
      dead(part, each, before);
    }
    boolean anywhere = rule.recipients().any();
    if (rule.conditions().nameEverybody() && anywhere) {
      part.problem(
          "",
          "this makes an open relay: whoever connects may send to anybody. Name identities, groups"
              + " or networks, or the <recipients> that mail is taken in for");
    } else if (isFree(rule) && anywhere) {
      part.warning(
          "sender",
          "hosts of these networks may send as any domain, without a login: they and whatever runs"
              + " on them are trusted like this relay");
    }
    personal(part, rule);
  }

  private static boolean isFree(Rule rule) {
    Conditions conditions = rule.conditions();
    return !conditions.needIdentity()
        && rule.sender().isBoundless()
        && !conditions.networks().stream().allMatch(Network::isLoopback);
  }

  private static void dead(Settings part, List<Conditions> each, List<Rule> before) {
    List<Rule> taking = new ArrayList<>();
    for (Conditions one : each) {
      before.stream()
          .filter(rule -> rule.conditions().cover(one))
          .findFirst()
          .filter(rule -> !taking.contains(rule))
          .ifPresent(taking::add);
      if (taking.stream().noneMatch(rule -> rule.conditions().cover(one))) {
        return;
      }
    }
    part.problem(
        "",
        "it never applies: whom it names an earlier rule takes: "
            + String.join(", ", taking.stream().map(Rule::toString).toList()));
  }

  /** A printer that nobody identifies has no addresses of its own. */
  private static void personal(Settings part, Rule rule) {
    boolean onlyOwn =
        (rule.sender().own() || !rule.sender().attributes().isEmpty())
            && rule.sender().isPersonal();
    if (onlyOwn && !rule.conditions().needIdentity()) {
      part.warning(
          "sender",
          "of clients that no source of identities knows nobody has an address of his own, so they"
              + " cannot send");
    }
  }
}
