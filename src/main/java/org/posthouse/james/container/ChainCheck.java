/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.container;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.commons.configuration2.HierarchicalConfiguration;
import org.apache.commons.configuration2.tree.ImmutableNode;
import org.apache.james.mailetcontainer.api.MailetLoader;
import org.apache.james.mailetcontainer.api.MatcherLoader;
import org.apache.mailet.Mail;
import org.posthouse.config.Lines;
import org.posthouse.config.Settings;
import org.posthouse.identity.client.NetworkSpec;
import org.posthouse.james.container.ConfiguredProcessor.ConfiguredMailet;
import org.posthouse.spelling.NearestName;

/** What can be told of the chains before any mailet is loaded. */
final class ChainCheck {
  private static final Map<String, Map<String, String>> DEAD =
      Map.of("ToRepository", Map.of("notice", "nothing reads it; remove it"));

  private static final Set<String> OF_NETWORKS =
      Set.of("RemoteAddrInNetwork", "RemoteAddrNotInNetwork");

  private final Findings findings;
  private final DeliveryCheck deliveries;
  private final MailetLoader mailets;
  private final MatcherLoader matchers;

  ChainCheck(Findings findings, MailetLoader mailets, MatcherLoader matchers) {
    this.findings = findings;
    this.deliveries = new DeliveryCheck(findings);
    this.mailets = mailets;
    this.matchers = matchers;
  }

  /**
   * Looks at everything below one element.
   *
   * @param lines of the file
   * @param values of the element processors
   */
  void check(Lines lines, HierarchicalConfiguration<ImmutableNode> values) {
    Settings settings = new Settings(lines, "processors", "", values);
    settings.leave("processor");
    settings.text("[@enableJmx]");
    settings.end();
    findings.take(settings);
    check(ConfiguredProcessor.read(values, lines));
  }

  void check(List<ConfiguredProcessor> chains) {
    checkNames(chains);
    for (ConfiguredProcessor chain : chains) {
      checkElements(chain);
      chain.matchers().forEach(name -> checkMatcher(chain.place(), name));
      chain.mailets().forEach(this::checkMailet);
    }
    List<ConfiguredMailet> all = chains.stream().flatMap(c -> c.mailets().stream()).toList();
    deliveries.checkQueues(all);
    new SignedMailCheck(findings, chains, this::type).check();
    new PathCheck(findings, chains).check();
    if (all.stream().noneMatch(ChainCheck::removesBcc)) {
      findings.warning(
          "processors",
          "nothing removes the Bcc header of all mail, so recipients may see it. Add"
              + " <mailet match=\"All\" class=\"RemoveMimeHeader\"><name>bcc</name></mailet>");
    }
  }

  private void checkNames(List<ConfiguredProcessor> chains) {
    Set<String> names = new HashSet<>();
    for (ConfiguredProcessor chain : chains) {
      if (chain.name().isEmpty()) {
        findings.error(chain.place(), "it has no state attribute, which is its name");
      } else if (!names.add(chain.name())) {
        findings.warning(chain.place(), "it is written twice; only the last one counts");
      }
    }
    for (String needed : List.of(Mail.DEFAULT, Mail.ERROR)) {
      if (!names.contains(needed)) {
        findings.error(
            "processors", "there is no processor '" + needed + "'" + nearest(needed, names));
      }
    }
  }

  private static String nearest(String needed, Set<String> names) {
    return NearestName.of(needed, names.stream().filter(name -> !name.equals(Mail.DEFAULT)))
        .map(name -> "; did you mean it by '" + name + "'?")
        .orElse("");
  }

  /** A misspelt mailet element would be no mailet at all. */
  private void checkElements(ConfiguredProcessor chain) {
    Place place = chain.place();
    Settings settings = new Settings(place.lines(), place.path(), place.words(), chain.values());
    settings.leave("mailet");
    settings.leave("matcher");
    settings.text("[@state]");
    settings.text("[@enableJmx]");
    settings.end();
    findings.take(settings);
    checkMatchers(place, chain.values());
  }

  /** A misspelt part of a composite matcher would change what all of it means. */
  private void checkMatchers(Place parent, HierarchicalConfiguration<ImmutableNode> values) {
    List<HierarchicalConfiguration<ImmutableNode>> matchers = values.configurationsAt("matcher");
    for (int i = 0; i < matchers.size(); i++) {
      Place place =
          new Place(
              parent.lines(),
              parent.path() + ".matcher(" + i + ")",
              parent.words() + ", matcher " + (i + 1));
      Settings settings = new Settings(place.lines(), place.path(), place.words(), matchers.get(i));
      settings.text("[@name]");
      boolean matches = settings.text("[@match]").isPresent();
      matches |= settings.text("[@notmatch]").isPresent();
      settings.leave("matcher");
      settings.end();
      if (!matches) {
        settings.problem("", "it has neither match nor notmatch");
      }
      findings.take(settings);
      checkNetworks(place, matchers.get(i));
      checkMatchers(place, matchers.get(i));
    }
  }

  /** Without its match attribute a mailet takes every mail. */
  private void checkAttributes(ConfiguredMailet mailet) {
    Place place = mailet.place();
    Settings settings = new Settings(place.lines(), place.path(), place.words(), mailet.values());
    mailet
        .values()
        .getKeys()
        .forEachRemaining(
            key -> {
              if (!key.startsWith("[@")) {
                settings.leave(key);
              }
            });
    for (String attribute : List.of("class", "match", "notmatch")) {
      settings.text("[@" + attribute + "]");
    }
    settings.end();
    findings.take(settings);
  }

  private void checkParameters(ConfiguredMailet mailet) {
    if (DeliveryCheck.isDelivery(mailet)) {
      deliveries.check(mailet);
    }
    if (mailet.simpleName().equals("Forward")) {
      findings.warning(
          mailet.place(),
          "stock's Forward sends an empty text in place of the content; Redirect and Resend keep"
              + " it");
    }
    DEAD.getOrDefault(mailet.simpleName(), Map.of())
        .forEach(
            (name, why) -> {
              if (mailet.parameter(name) != null) {
                findings.warning(mailet.place(), "<" + name + ">: " + why);
              }
            });
  }

  private void checkMailet(ConfiguredMailet mailet) {
    if (!DeliveryCheck.isDelivery(mailet)) {
      checkAttributes(mailet); // of a delivery all parameters are checked
    }
    if (mailet.className().isEmpty()) {
      findings.error(mailet.place(), "it has no class attribute");
      return;
    }
    Optional<String> refusal = MailboxParts.mailet(mailet.simpleName());
    if (refusal.isPresent()) {
      findings.error(mailet.place(), refusal.get());
    } else if (mailets instanceof NameCheck names) {
      names.problem(mailet.className()).ifPresent(text -> findings.error(mailet.place(), text));
    }
    if (mailet.matchers().size() > 1) {
      findings.error(mailet.place(), "it has match and notmatch; only one can be");
    }
    mailet.matchers().forEach(name -> checkMatcher(mailet.place(), name));
    checkNetworks(mailet.place(), mailet.values());
    checkParameters(mailet);
  }

  private Optional<String> type(String className) {
    return mailets instanceof NameCheck names ? names.type(className) : Optional.empty();
  }

  private void checkMatcher(Place place, String name) {
    Optional<String> refusal = MailboxParts.matcher(name.substring(name.lastIndexOf('.') + 1));
    if (refusal.isPresent()) {
      findings.error(place, "matcher " + name + ": " + refusal.get());
    } else if (matchers instanceof NameCheck names) {
      names.problem(name).ifPresent(text -> findings.error(place, text));
    }
  }

  /** Stock takes 10.0.0.0/33 for half of the Internet and 2001:db8::1/128 for a /64. */
  private void checkNetworks(Place place, HierarchicalConfiguration<ImmutableNode> element) {
    for (String attribute : List.of("[@match]", "[@notmatch]")) {
      String[] parts = element.getString(attribute, "").split("=", 2);
      String matcher = parts[0].substring(parts[0].lastIndexOf('.') + 1);
      if (parts.length == 2 && OF_NETWORKS.contains(matcher)) {
        NetworkSpec.problemsForStock(parts[1])
            .forEach(text -> findings.error(place, "matcher " + matcher + ": " + text));
      }
    }
  }

  /** Any mailet that removes headers of all mail and is told "bcc", whoever wrote it. */
  private static boolean removesBcc(ConfiguredMailet mailet) {
    return mailet.simpleName().contains("Remove")
        && mailet.matchers().equals(List.of("All"))
        && Arrays.stream(
                mailet.parameters().values().stream().collect(Collectors.joining(",")).split(","))
            .anyMatch(value -> value.trim().equalsIgnoreCase("bcc"));
  }
}
