/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery.config;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.posthouse.config.NameAttribute;
import org.posthouse.config.Settings;
import org.posthouse.delivery.Source;
import org.posthouse.delivery.config.SourcePool.Weighted;
import org.posthouse.spelling.NearestName;

/** Reads {@code <sources>}, and finds the pools that routes name. */
final class SourcesReader {
  private static final int MOST_WEIGHT = 1000;

  private final String heloName;
  private final LocalAddresses local;
  private final Set<String> names = new HashSet<>(Set.of(DeliveryConfiguration.DEFAULT_SOURCE));
  private final Map<String, SourcePool> pools = new HashMap<>();

  /** All that were written, usable or not, without those that a route named. */
  private final Map<String, Settings> unused = new HashMap<>();

  private final Set<String> written = new HashSet<>();

  SourcesReader(String heloName, LocalAddresses local) {
    this.heloName = heloName;
    this.local = local;
  }

  void read(Settings sources) {
    for (Settings pool : sources.parts("pool")) {
      List<Settings> parts = pool.parts("source");
      if (parts.isEmpty()) {
        pool.problem("", "it has no <source>");
      }
      List<Weighted> all = parts.stream().flatMap(part -> source(part).stream()).toList();
      NameAttribute.read(pool, written).ifPresent(name -> add(name, pool, all));
    }
  }

  private void add(String name, Settings pool, List<Weighted> sources) {
    unused.put(name, pool);
    if (!sources.isEmpty()) {
      pools.put(name, new SourcePool(name, sources));
    }
  }

  private Optional<Weighted> source(Settings part) {
    Optional<String> name = NameAttribute.read(part, names);
    String helo = HeloNames.helo(part, "[@heloName]", heloName);
    int weight = part.number("[@weight]", 1, MOST_WEIGHT, 1);
    List<InetAddress> addresses = addresses(part);
    Inet4Address v4 = only(part, Inet4Address.class, addresses);
    Inet6Address v6 = only(part, Inet6Address.class, addresses);
    return name.map(known -> new Weighted(new Source(known, helo, v4, v6), weight));
  }

  private List<InetAddress> addresses(Settings part) {
    List<InetAddress> found = new ArrayList<>();
    List<String> texts = part.texts("address");
    for (int i = 0; i < texts.size(); i++) {
      String key = "address(" + i + ")";
      String text = texts.get(i);
      Optional<InetAddress> address = HostNames.address(text);
      if (address.isEmpty()) {
        part.problem(key, "'" + text + "' is no address of IPv4 or IPv6");
      } else if (!local.has(address.get())) {
        part.problem(key, text + " is no address of this machine");
      }
      address.ifPresent(found::add);
    }
    if (texts.isEmpty()) {
      part.problem("", "it has no <address>");
    }
    return found;
  }

  private static <A extends InetAddress> @Nullable A only(
      Settings part, Class<A> family, List<InetAddress> addresses) {
    List<A> all = addresses.stream().filter(family::isInstance).map(family::cast).toList();
    if (all.size() > 1) {
      part.problem("", "it has more than one address of a family; each needs a <source>");
    }
    return all.isEmpty() ? null : all.get(0);
  }

  /** The pool that a route names; an unknown one is a problem of the route. */
  Optional<SourcePool> pool(Settings named) {
    Optional<String> name = named.text("[@pool]").filter(text -> !text.isEmpty());
    if (name.isEmpty()) {
      named.problem("", "it has no attribute pool");
    } else if (!written.contains(name.get())) {
      String nearest =
          NearestName.of(name.get(), written.stream())
              .map(near -> "; did you mean '" + near + "'?")
              .orElse("");
      named.problem("[@pool]", "there is no pool '" + name.get() + "'" + nearest);
    }
    name.ifPresent(unused::remove);
    return name.flatMap(known -> Optional.ofNullable(pools.get(known)));
  }

  void warnOfUnused() {
    unused.values().forEach(pool -> pool.warning("", "no route names it, so nothing leaves by it"));
  }
}
