/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.client;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The addresses that names of hosts have now.
 *
 * <p>Looked up forwards only, on a thread of its own: whoever owns an address writes its reverse
 * name as he likes. A name that cannot be looked up keeps its addresses for an hour.
 */
public final class HostAddresses implements AutoCloseable {
  /** How often names are looked up. */
  public static final Duration REFRESH = Duration.ofMinutes(5);

  /** How long addresses hold that cannot be refreshed. */
  public static final Duration KEPT = Duration.ofHours(1);

  private static final Logger LOGGER = LoggerFactory.getLogger(HostAddresses.class);

  /** How a name becomes its addresses; may wait. */
  @FunctionalInterface
  public interface Lookup {
    Collection<InetAddress> addresses(String host) throws UnknownHostException;
  }

  private record Known(Set<InetAddress> addresses, long at) {}

  private final Lookup lookup;
  private final LongSupplier nanoClock;
  private final Map<String, Known> known = new ConcurrentHashMap<>();
  private final ScheduledThreadPoolExecutor thread;

  /** Begins to look the names up; until that is done nobody is known by them. */
  public HostAddresses(Collection<String> hosts, Lookup lookup) {
    this(hosts, lookup, REFRESH, System::nanoTime);
  }

  HostAddresses(Collection<String> hosts, Lookup lookup, Duration refresh, LongSupplier nanoClock) {
    this.lookup = lookup;
    this.nanoClock = nanoClock;
    this.thread =
        new ScheduledThreadPoolExecutor(
            1,
            work -> {
              Thread made = new Thread(work, "host-addresses");
              made.setDaemon(true);
              return made;
            });
    Set<String> names = Set.copyOf(hosts);
    if (!names.isEmpty()) {
      var unused =
          thread.scheduleWithFixedDelay(
              () -> names.forEach(this::refresh), 0, refresh.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  boolean has(String host, InetAddress address) {
    Known addresses = known.get(host);
    return addresses != null
        && addresses.addresses().contains(address)
        && nanoClock.getAsLong() - addresses.at() < KEPT.toNanos();
  }

  private void refresh(String host) {
    try {
      Set<InetAddress> now = Set.copyOf(lookup.addresses(host));
      Known before = known.put(host, new Known(now, nanoClock.getAsLong()));
      if (before == null || !before.addresses().equals(now)) {
        LOGGER.info("identities.xml: the host {} has the addresses {}", host, now);
      }
    } catch (UnknownHostException | RuntimeException e) {
      LOGGER.warn(
          "identities.xml: the host {} cannot be looked up ({}); {}",
          host,
          e.toString(),
          known.containsKey(host)
              ? "addresses that it had hold for an hour since they were found"
              : "nobody is known by it");
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
