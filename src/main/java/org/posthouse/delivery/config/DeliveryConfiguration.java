/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.posthouse.config.Settings;
import org.posthouse.delivery.RetrySchedule;
import org.posthouse.delivery.SiteSettings;
import org.posthouse.delivery.Source;
import org.posthouse.delivery.config.Treatment.Retry;
import org.posthouse.routing.NextHop.Smarthost;

/**
 * What relay.xml says of delivery: which way mail goes, and how the sites are treated that it goes
 * to. Immutable. Domains and names of hosts may be in any case and have U-labels.
 *
 * <p>The methods that take {@code mxNames} mean the hosts of the best preference of a domain, all
 * of them; none while they are not known. Towards smarthosts it is those, and the domain is empty.
 */
public final class DeliveryConfiguration {
  /** The name of the source where the system chooses the address. */
  public static final String DEFAULT_SOURCE = "default";

  private static final int CONNECTIONS = 2000;
  private static final int MOST_CONNECTIONS = 60_000;

  private final int connections;
  private final boolean softBounce;
  private final Ambiguous ambiguous;
  private final DoubleBounce doubleBounce;
  private final Source source;
  private final Destinations destinations;
  private final List<ConditionalRoute> routes;

  private DeliveryConfiguration(
      int connections,
      boolean softBounce,
      Ambiguous ambiguous,
      DoubleBounce doubleBounce,
      Source source,
      Destinations destinations,
      List<ConditionalRoute> routes) {
    this.connections = connections;
    this.softBounce = softBounce;
    this.ambiguous = ambiguous;
    this.doubleBounce = doubleBounce;
    this.source = source;
    this.destinations = destinations;
    this.routes = routes;
  }

  /**
   * Reads {@code <delivery>}, {@code <sources>}, {@code <destinations>} and {@code <routes>}. What
   * is wrong is added to the problems of the file; the values must not be used then.
   *
   * @param home that relative paths of password files begin at
   * @param heloName what the relay calls itself where nothing is configured
   * @param local what sources may have for addresses
   */
  public static DeliveryConfiguration read(
      Settings relay, Path home, String heloName, LocalAddresses local) {
    Settings delivery = relay.section("delivery");
    String helo = HeloNames.helo(delivery, "heloName", heloName);
    Retry retry = RetryReader.read(delivery.section("retry"), Retry.DEFAULT);
    SourcesReader sources = new SourcesReader(helo, local);
    sources.read(relay.section("sources"));
    DestinationsReader destinations = new DestinationsReader();
    Destinations named = destinations.read(relay.section("destinations"), retry);
    List<ConditionalRoute> routes =
        new RoutesReader(new TargetReader(home, named), sources).read(relay.section("routes"));
    DeliveryConfiguration read =
        new DeliveryConfiguration(
            delivery.number("connections", 1, MOST_CONNECTIONS, CONNECTIONS),
            delivery.truth("softBounce", false),
            delivery.choice("ambiguous", Ambiguous.RETRY),
            delivery.choice("doubleBounce", DoubleBounce.DROP),
            new Source(DEFAULT_SOURCE, helo, null, null),
            named,
            routes);
    sources.warnOfUnused();
    destinations.warnOfSmarthosts(routes);
    return read;
  }

  /** Whether a route looks at more of a mail than its domains. */
  public boolean routesByContent() {
    return routes.stream().anyMatch(route -> route.conditions().lookAtContent());
  }

  /** The first route whose conditions hold; empty for the hosts of the recipient's domain. */
  public Optional<Route> route(RouteQuery query) {
    return routes.stream()
        .filter(each -> each.conditions().hold(query))
        .map(ConditionalRoute::route)
        .findFirst();
  }

  /**
   * Where a connection comes from.
   *
   * @param pool of the route; null for what the system chooses
   * @param random from 0 to 1, evenly spread
   */
  public Source choose(@Nullable SourcePool pool, double random) {
    return pool == null ? source : pool.choose(random);
  }

  /** How the hosts of a domain, or those of a fallback, are treated. */
  public SiteSettings settings(String domain, List<String> mxNames, Source from) {
    return destinations.treatment(domain, mxNames).towardsHosts(from);
  }

  /**
   * How smarthosts are treated.
   *
   * @param hosts names of those that are one site
   */
  public SiteSettings settings(Smarthosts smarthosts, List<String> hosts, Source from) {
    return destinations.treatment("", hosts).towards(smarthosts, from);
  }

  /** When mail for a site is tried again. */
  public RetrySchedule retry(String domain, List<String> mxNames) {
    return destinations.treatment(domain, mxNames).retry().schedule();
  }

  /** The age at which senders are told that mail for a site is late; empty for never. */
  public Optional<Duration> delayWarning(String domain, List<String> mxNames) {
    return destinations.treatment(domain, mxNames).retry().delayWarning();
  }

  /** Most connections at a time to all sites together. */
  public int connections() {
    return connections;
  }

  /** Whether what would bounce is tried again instead. */
  public boolean softBounce() {
    return softBounce;
  }

  /** What to do when the reply to the final dot is lost. */
  public Ambiguous ambiguous() {
    return ambiguous;
  }

  /** What becomes of mail without a sender that cannot be delivered, where no processor has it. */
  public DoubleBounce doubleBounce() {
    return doubleBounce;
  }

  /** What sources call the relay, as far as they say. */
  public Set<String> heloNames() {
    return routes.stream()
        .flatMap(each -> each.route().pool().stream())
        .flatMap(pool -> pool.sources().stream())
        .map(weighted -> weighted.source().heloName())
        .filter(name -> !name.isEmpty())
        .collect(Collectors.toSet());
  }

  /** All sources that mail may leave by; each once. */
  public List<Source> sources() {
    return targets()
        .flatMap(
            route -> route.pool().map(DeliveryConfiguration::sourcesOf).orElse(Stream.of(source)))
        .distinct()
        .toList();
  }

  /** All smarthosts that mail may go to, those to fall back to among them; each once. */
  public List<Smarthost> smarthosts() {
    return targets()
        .flatMap(
            route ->
                Stream.concat(
                    route.smarthosts().stream().flatMap(to -> to.hosts().stream()),
                    route.fallback().stream()))
        .distinct()
        .toList();
  }

  /** The ways that mail may take, up to the route that takes all; else to the hosts by MX. */
  private Stream<Route> targets() {
    List<Route> targets = new ArrayList<>();
    for (ConditionalRoute each : routes) {
      Route route = each.route();
      if (route.target() == Route.Target.MX || route.target() == Route.Target.SMARTHOSTS) {
        targets.add(route);
      }
      if (each.conditions().alwaysHold()) {
        return targets.stream();
      }
    }
    targets.add(new Route(0, 0, Route.Target.MX, Optional.empty(), List.of(), Optional.empty()));
    return targets.stream();
  }

  private static Stream<Source> sourcesOf(SourcePool pool) {
    return pool.sources().stream().map(SourcePool.Weighted::source);
  }
}
