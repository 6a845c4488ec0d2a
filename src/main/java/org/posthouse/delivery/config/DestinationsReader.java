/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.posthouse.config.NameAttribute;
import org.posthouse.config.Settings;
import org.posthouse.delivery.config.Treatment.Retry;

/** Reads {@code <destinations>}. */
final class DestinationsReader {
  private final Set<String> names = new HashSet<>();

  /** Each pattern, and the name of the destination that has it. */
  private final Map<String, String> patterns = new HashMap<>();

  private final Map<Destination, Settings> byDomain = new LinkedHashMap<>();

  Destinations read(Settings destinations, Retry retry) {
    Treatment standard =
        TreatmentReader.read(destinations.section("default"), "", Treatment.standard(retry));
    List<Destination> named = new ArrayList<>();
    for (Settings part : destinations.parts("destination")) {
      Optional<Destination> read = destination(part, standard);
      read.ifPresent(named::add);
      read.filter(each -> !each.domains().isEmpty())
          .filter(each -> !each.treatment().differsInRetriesOnly(standard))
          .ifPresent(each -> byDomain.put(each, part));
    }
    return new Destinations(standard, List.copyOf(named));
  }

  private Optional<Destination> destination(Settings part, Treatment standard) {
    Optional<String> name = NameAttribute.read(part, names);
    List<DomainPattern> mx = patterns(part, "[@mx]");
    List<DomainPattern> domains = patterns(part, "[@domain]");
    Treatment treatment = TreatmentReader.read(part, name.orElse(""), standard);
    if (part.text("[@mx]").isEmpty() && part.text("[@domain]").isEmpty()) {
      part.problem("", "it needs an attribute mx or domain, or both");
    }
    Optional<Destination> read = name.map(known -> new Destination(known, mx, domains, treatment));
    read.ifPresent(destination -> noteOverlaps(part, destination));
    return read;
  }

  /** What is written by domain counts for the domain's own hosts, and for no smarthost. */
  void warnOfSmarthosts(List<ConditionalRoute> routes) {
    byDomain.forEach(
        (destination, part) ->
            destination.domains().stream()
                .flatMap(pattern -> toSmarthosts(pattern, routes).stream())
                .findFirst()
                .ifPresent(
                    route ->
                        part.warning(
                            "[@domain]",
                            route.name()
                                + " sends such mail to smarthosts, for which nothing of this"
                                + " destination counts but <retry>; what is meant for a smarthost"
                                + " goes into a destination that has its name as mx")));
  }

  /** The route by which all mail for such domains goes to smarthosts. */
  private static Optional<Route> toSmarthosts(
      DomainPattern domains, List<ConditionalRoute> routes) {
    return routes.stream()
        .filter(each -> each.conditions().alwaysHoldFor(domains))
        .findFirst()
        .map(ConditionalRoute::route)
        .filter(route -> route.smarthosts().isPresent());
  }

  private static List<DomainPattern> patterns(Settings part, String key) {
    return part.read(key, List.<DomainPattern>of(), DomainPattern::list);
  }

  private void noteOverlaps(Settings part, Destination destination) {
    destination
        .patterns()
        .forEach(
            pattern -> {
              String other = patterns.putIfAbsent(pattern, destination.name());
              if (other != null) {
                part.problem("", "destination '" + other + "' has the same " + pattern);
              }
            });
  }
}
