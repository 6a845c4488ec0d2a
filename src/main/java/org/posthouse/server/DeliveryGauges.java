/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.posthouse.delivery.SiteState;

/** What sites look like, looked at when somebody asks, at most once a second. */
final class DeliveryGauges {
  private static final long KEPT_NANOS = 1_000_000_000L;
  private static final Map<String, ToLongFunction<SiteState>> KINDS =
      Map.of(
          "waiting", SiteState::waiting,
          "attempts", SiteState::attempts,
          "connections", SiteState::connections,
          "window", SiteState::window);

  private final MetricRegistry registry;
  private final DeliveryMetrics metrics;
  private final Supplier<List<SiteState>> sites;
  private Map<String, Long> values = Map.of();
  private long looked = System.nanoTime() - KEPT_NANOS;

  DeliveryGauges(
      MetricRegistry registry, DeliveryMetrics metrics, Supplier<List<SiteState>> sites) {
    this.registry = registry;
    this.metrics = metrics;
    this.sites = sites;
    register("delivery.sites");
    register("delivery.oldestMillis");
    KINDS.keySet().forEach(kind -> register("delivery." + kind));
  }

  private void register(String name) {
    registry.gauge(name, () -> (Gauge<Long>) () -> value(name));
  }

  private synchronized long value(String name) {
    if (System.nanoTime() - looked >= KEPT_NANOS) {
      values = look();
      looked = System.nanoTime();
    }
    return values.getOrDefault(name, 0L);
  }

  private Map<String, Long> look() {
    Map<String, Long> found = new HashMap<>();
    for (SiteState site : sites.get()) {
      found.merge("delivery.sites", 1L, Long::sum);
      add(found, "delivery", site);
      add(found, metrics.name(site.place()), site);
    }
    found.keySet().forEach(this::register);
    return found;
  }

  private static void add(Map<String, Long> found, String prefix, SiteState site) {
    KINDS.forEach(
        (kind, number) -> found.merge(prefix + "." + kind, number.applyAsLong(site), Long::sum));
    found.merge(prefix + ".oldestMillis", site.oldestMillis(), Long::max);
  }
}
