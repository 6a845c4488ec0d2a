/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.routing;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.commons.configuration2.HierarchicalConfiguration;
import org.apache.commons.configuration2.tree.ImmutableNode;
import org.xbill.DNS.Cache;
import org.xbill.DNS.DClass;
import org.xbill.DNS.ExtendedResolver;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.ResolverConfig;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.hosts.HostsFileParser;
import org.xbill.DNS.lookup.LookupSession;

/**
 * Whom the DNS is asked by, and what is kept of the answers.
 *
 * @param servers in order
 * @param cacheSize records that are kept
 * @param negativeSeconds longest time for which it is kept that something is not there; -1 for as
 *     long as its zone says
 */
public record NameServers(List<InetSocketAddress> servers, int cacheSize, int negativeSeconds) {
  private static final int CACHE = 50_000;
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final int TRIES = 2;
  private static final int DOMAIN = 53;
  private static final int THREADS = 2;
  private static final int IDLE_SECONDS = 10;

  public NameServers {
    servers = List.copyOf(servers);
  }

  /** What dnsservice.xml says. */
  public static NameServers read(HierarchicalConfiguration<ImmutableNode> dns) {
    return of(
        dns.getList(String.class, "servers.server", List.of()),
        dns.getBoolean("autodiscover", true),
        dns.getInt("maxcachesize", CACHE),
        dns.getInt("negativeCacheTTL", -1));
  }

  /**
   * These servers and, if asked for, behind them those of the operating system.
   *
   * @param servers addresses
   */
  public static NameServers of(
      Collection<String> servers, boolean ofSystem, int cacheSize, int negativeSeconds) {
    Set<InetSocketAddress> all = new LinkedHashSet<>();
    servers.forEach(server -> all.add(new InetSocketAddress(server, DOMAIN)));
    if (ofSystem) {
      all.addAll(ResolverConfig.getCurrentConfig().servers());
    }
    return new NameServers(List.copyOf(all), cacheSize, negativeSeconds);
  }

  /** What asks them. */
  public NameLookUps lookUps() {
    Cache cache = new Cache(DClass.IN);
    cache.setMaxEntries(cacheSize);
    cache.setMaxNCache(negativeSeconds);
    return new NameLookUps(
        LookupSession.builder()
            .resolver(resolver())
            .cache(cache)
            .hostsFileParser(new HostsFileParser())
            .executor(threads())
            .build());
  }

  /** The JDK's own pool makes a thread for each answer where there are two cores or fewer. */
  private static Executor threads() {
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            new DefaultThreadFactory("dns", true));
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }

  private Resolver resolver() {
    ExtendedResolver resolver =
        new ExtendedResolver(
            servers.stream()
                .map(
                    server -> {
                      SimpleResolver one = new SimpleResolver(server);
                      one.setTimeout(TIMEOUT);
                      return one;
                    })
                .toArray(Resolver[]::new));
    resolver.setRetries(TRIES);
    resolver.setTimeout(TIMEOUT.multipliedBy(TRIES));
    return resolver;
  }
}
