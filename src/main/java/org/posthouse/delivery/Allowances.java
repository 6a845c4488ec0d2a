/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery;

import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;
import org.posthouse.queue.SpentRates;
import org.posthouse.queue.SpentRates.Spent;

/** The allowances of all sites. What was spent of long rates outlives the sites, and a restart. */
final class Allowances {
  /** A shorter one is full again before anybody is hurt. */
  private static final Duration SHORTEST_KEPT = Duration.ofHours(1);

  private final Map<String, Allowance> all = new ConcurrentHashMap<>();
  private final Map<String, Long> noted = new HashMap<>();
  private final ScheduledExecutorService timer;
  private final Clock clock;
  private volatile Map<String, Spent> earlier = Map.of();
  private @Nullable SpentRates record;

  Allowances(ScheduledExecutorService timer, Clock clock) {
    this.timer = timer;
    this.clock = clock;
  }

  /** Goes on with what was spent before, and keeps what is spent from now on. */
  synchronized void keepIn(SpentRates rates) {
    earlier = rates.all();
    record = rates;
  }

  /** Names those who share; hosts count only where relay.xml names no destination. */
  static String key(Limits limits, List<String> hosts, Source source) {
    String sites =
        limits.destination().isEmpty()
            ? String.join(",", hosts)
            : "destination " + limits.destination();
    return sites + " from " + source.name();
  }

  /** For one more site. */
  Allowance join(String key, Limits limits) {
    return all.compute(
        key,
        (same, known) ->
            (known == null ? new Allowance(limits, spentBefore(key, limits), timer) : known)
                .joined());
  }

  private double spentBefore(String key, Limits limits) {
    Spent spent = earlier.get(key);
    Limits.Rate rate = limits.rate();
    if (spent == null || rate == null) {
      return 0;
    }
    long age = Math.max(0, clock.millis() - spent.at());
    double back = (double) rate.count() * age / rate.per().toMillis();
    return Math.max(0, Math.min(rate.count(), spent.transactions()) - back);
  }

  /** For one site less. */
  void leave(String key) {
    all.computeIfPresent(key, (same, known) -> unlessUnused(known.left()));
  }

  private static @Nullable Allowance unlessUnused(Allowance allowance) {
    return allowance.isUnused() ? null : allowance;
  }

  /** Forgets those that nobody has any more, and whose rate is whole again. */
  void sweep() {
    all.forEach(
        (key, allowance) -> {
          if (allowance.isUnused()) {
            all.computeIfPresent(key, (same, known) -> unlessUnused(known));
          }
        });
  }

  /** Keeps what was spent since the last time. */
  synchronized void note() {
    if (record == null) {
      return;
    }
    Map<String, Spent> changed = new HashMap<>();
    all.forEach(
        (key, allowance) -> {
          if (isKept(allowance.limits())) {
            long begun = allowance.pace().begun();
            Long before = noted.put(key, begun);
            if (before == null ? begun > 0 : before != begun) {
              changed.put(key, new Spent(allowance.pace().spent(), clock.millis()));
            }
          }
        });
    for (String key : List.copyOf(noted.keySet())) {
      if (!all.containsKey(key)) {
        noted.remove(key);
        changed.put(key, new Spent(0, clock.millis()));
      }
    }
    if (!changed.isEmpty()) {
      record.note(changed);
    }
  }

  private static boolean isKept(Limits limits) {
    return limits.rate() != null && limits.rate().per().compareTo(SHORTEST_KEPT) >= 0;
  }
}
