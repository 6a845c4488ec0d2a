/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.container;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.posthouse.james.container.ConfiguredProcessor.ConfiguredMailet;

/**
 * Warns of processors that mail reaches the end of, and of those that hand all of it round in a
 * circle. Only what is sure is told: a mailet that is not known may end a mail.
 */
final class PathCheck {
  private static final String NEXT = "ToProcessor";

  /** Of stock and ours, those that never end a mail. */
  private static final Set<String> GO_ON =
      Set.of(
          "AddFooter",
          "AddMissing",
          "AddSubjectPrefix",
          "ArcSeal",
          "CheckAuthentication",
          "DKIMSign",
          "DkimSign",
          "HideInternalHops",
          "ListUnsubscribe",
          "LogMessage",
          "LoopGuard",
          "RecipientRewriteTable",
          "RemoveMailAttribute",
          "RemoveMimeHeader",
          "RemoveMimeHeaderByPrefix",
          "RewriteAddresses",
          "RewriteHeaders",
          "SMIMESign",
          "SetMailAttribute",
          "SetMimeHeader",
          "Verp");

  /** These end it unless they are told not to, or only where they are told to. */
  private static final Map<String, Boolean> PASSES_THROUGH =
      Map.of(
          "Bounce", true,
          "DSNBounce", true,
          "NotifyPostmaster", true,
          "NotifySender", true,
          "Forward", false,
          "Redirect", false,
          "Resend", false,
          "ToRepository", false);

  private final Findings findings;
  private final Map<String, ConfiguredProcessor> chains = new HashMap<>();

  PathCheck(Findings findings, List<ConfiguredProcessor> chains) {
    this.findings = findings;
    chains.forEach(chain -> this.chains.put(chain.name(), chain));
  }

  void check() {
    for (ConfiguredProcessor chain : chains.values()) {
      if (end(chain).isEmpty() && !endsEitherWay(chain)) {
        findings.warning(
            chain.place(),
            "mail reaches its end, and goes to 'error': end it with a mailet for All, such as"
                + " ToProcessor");
      }
      circle(chain);
    }
  }

  /** The first mailet at which all mail that comes to it ends or goes elsewhere. */
  private static Optional<ConfiguredMailet> end(ConfiguredProcessor chain) {
    return chain.mailets().stream().filter(each -> isForAll(each) && ends(each)).findFirst();
  }

  private static boolean isForAll(ConfiguredMailet mailet) {
    String match = mailet.values().getString("[@match]", "All").split("=", 2)[0].strip();
    return match.substring(match.lastIndexOf('.') + 1).equals("All")
        && !mailet.values().containsKey("[@notmatch]");
  }

  /** One mailet ends what a matcher matches, and another what it does not. */
  private static boolean endsEitherWay(ConfiguredProcessor chain) {
    Set<String> matched = conditions(chain, "[@match]");
    return conditions(chain, "[@notmatch]").stream().anyMatch(matched::contains);
  }

  private static Set<String> conditions(ConfiguredProcessor chain, String attribute) {
    return chain.mailets().stream()
        .filter(PathCheck::ends)
        .map(mailet -> mailet.values().getString(attribute, ""))
        .filter(text -> !text.isEmpty())
        .collect(Collectors.toSet());
  }

  private static boolean ends(ConfiguredMailet mailet) {
    Boolean passes = PASSES_THROUGH.get(mailet.simpleName());
    if (passes == null) {
      return !GO_ON.contains(mailet.simpleName());
    }
    String written = mailet.parameter("passThrough");
    return written == null ? !passes : !written.trim().equalsIgnoreCase("true");
  }

  /** Told of once, at the first of its processors by name. */
  private void circle(ConfiguredProcessor first) {
    Set<String> way = new LinkedHashSet<>();
    Optional<ConfiguredProcessor> at = Optional.of(first);
    while (at.isPresent() && way.add(at.get().name())) {
      at =
          end(at.get())
              .filter(mailet -> mailet.simpleName().equals(NEXT))
              .map(mailet -> mailet.parameter("processor"))
              .map(name -> chains.get(name.trim()));
    }
    boolean isFirst = way.stream().allMatch(name -> name.compareTo(first.name()) >= 0);
    if (at.isPresent() && at.get().name().equals(first.name()) && isFirst) {
      findings.warning(
          first.place(),
          "its mail goes round in a circle, and then to 'error': "
              + String.join(", ", way)
              + ", "
              + first.name());
    }
  }
}
