/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery;

import java.time.Clock;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.posthouse.queue.SpentRates;
import org.posthouse.routing.MxResolver;
import org.posthouse.routing.NextHop;
import org.posthouse.smtp.Answer;
import org.posthouse.smtp.SmtpConnector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers mail: finds the hosts of its next hop, and has it wait in the line of the site that they
 * are. Nothing here waits for the network, so nothing that is slow holds up anything else.
 */
public final class DeliveryEngine implements AutoCloseable {
  private static final Logger LOGGER = LoggerFactory.getLogger(DeliveryEngine.class);
  private static final long TICK_MILLIS = 500;
  private static final long SWEEP_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** Sites of one tick: to look at ten thousand costs more than to serve them. */
  private static final int MOST_AT_A_TICK = 2_000;

  private static final long PUT_BACK_MILLIS = 30_000;

  private final DeliveryContext context;
  private final Map<SiteKey, Site> sites = new ConcurrentHashMap<>();
  private final Allowances allowances;
  private final Map<NextHop, Destination> destinations = new ConcurrentHashMap<>();
  private final ScheduledFuture<?> ticks;
  private Iterator<Site> turn = Collections.emptyIterator();
  private long sweptAt = System.nanoTime();
  private volatile boolean stopped;
  private volatile boolean over;

  /**
   * Hosts that are treated alike are one site, whatever the domain of the recipient.
   *
   * @param hosts sorted names with ports
   */
  private record SiteKey(List<String> hosts, SiteSettings settings) {
    String allowance() {
      return Allowances.key(settings.limits(), hosts, settings.source());
    }
  }

  /**
   * An engine over these, none of which it closes.
   *
   * @param workers for what may wait for a disk
   * @param timer for short tasks
   * @param connections most at a time, to all sites together
   */
  public DeliveryEngine(
      MxResolver resolver,
      SmtpConnector connector,
      Executor workers,
      ScheduledExecutorService timer,
      Clock clock,
      DeliveryListener listener,
      int connections) {
    context =
        new DeliveryContext(
            resolver,
            connector,
            workers,
            timer,
            clock,
            listener,
            ConnectionBudget.keepingSome(connections),
            new Crowd(),
            new AtomicInteger(),
            this::accept,
            () -> over);
    allowances = new Allowances(timer, clock);
    ticks =
        timer.scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Has rates of an hour and longer outlive a restart; to be called before mail is taken. */
  public void keepRatesIn(SpentRates rates) {
    allowances.keepIn(rates);
  }

  /** Takes over a mail. */
  public void accept(Outgoing mail) {
    if (stopped) {
      mail.release();
      return;
    }
    if (!destination(mail.nextHop()).whenFound(mail, hosts -> found(mail, hosts))) {
      context.workers().execute(() -> mail.putBack(in(PUT_BACK_MILLIS)));
    }
  }

  private Destination destination(NextHop next) {
    return destinations.computeIfAbsent(
        next, each -> Destination.of(each, context.resolver(), context.crowd()));
  }

  /** Names of the best hosts of a next hop; empty when there are none. */
  public CompletableFuture<List<String>> bestHosts(NextHop next) {
    return destination(next).hosts().thenApply(found -> best(found.hosts()));
  }

  private static List<String> best(List<SiteHost> hosts) {
    int best = hosts.stream().mapToInt(host -> host.host().preference()).min().orElse(0);
    return hosts.stream()
        .filter(host -> host.host().preference() == best)
        .map(SiteHost::name)
        .toList();
  }

  private void found(Outgoing mail, Destination.Hosts found) {
    try {
      Answer none = found.none();
      if (stopped) {
        mail.release();
      } else if (none != null && FailurePolicy.mayFallBack(none) && mail.fallback().isPresent()) {
        accept(mail.fallback().get());
      } else if (none != null) {
        Attempt attempt = Attempt.same(none, FailurePolicy.of(none), null, 0);
        context.workers().execute(() -> settle(mail, attempt));
      } else {
        offer(mail, site(mail, found.hosts()));
      }
    } catch (RuntimeException e) {
      LOGGER.error("mail {} found no site, it is tried again", mail.id(), e);
      mail.putBack(in(PUT_BACK_MILLIS));
    }
  }

  private void offer(Outgoing mail, Site site) {
    long suspended = mail.suspendedUntil();
    if (suspended > context.clock().millis()) {
      context.workers().execute(() -> mail.putBack(suspended));
    } else {
      site.offer(mail);
    }
  }

  private long in(long millis) {
    return context.clock().millis() + millis;
  }

  private static void settle(Outgoing mail, Attempt attempt) {
    CompletableFuture<Void> unused = mail.settle(attempt);
  }

  private Site site(Outgoing mail, List<SiteHost> hosts) {
    SiteSettings settings = mail.settings(best(hosts));
    return sites.compute(
        new SiteKey(keys(hosts), settings),
        (key, known) -> (known == null ? newSite(key, hosts) : known).touched());
  }

  private static List<String> keys(List<SiteHost> hosts) {
    return hosts.stream().map(SiteHost::key).sorted().toList();
  }

  private Site newSite(SiteKey key, List<SiteHost> hosts) {
    Allowance allowance = allowances.join(key.allowance(), key.settings().limits());
    return new Site(context, hosts, key.settings(), allowance);
  }

  /** Who touches a site at the same time finds it, or makes a new one. */
  private void forgetUnused(SiteKey key) {
    Site unused =
        sites.computeIfPresent(
            key,
            (same, site) -> {
              if (!site.isUnused()) {
                return site;
              }
              allowances.leave(key.allowance());
              return null;
            });
  }

  private void tick() {
    try {
      long now = System.nanoTime();
      if (now - sweptAt > SWEEP_NANOS) {
        sweptAt = now;
        destinations.values().removeIf(destination -> destination.isOld(now));
        sites.forEach(
            (key, site) -> {
              if (site.isUnused()) {
                forgetUnused(key);
              }
            });
        allowances.sweep();
      }
      allowances.note();
      int left = MOST_AT_A_TICK;
      while (left-- > 0 && turn.hasNext()) {
        turn.next().tick();
      }
      if (!turn.hasNext()) {
        turn = sites.values().iterator();
      }
    } catch (RuntimeException e) {
      LOGGER.error("a look at the sites failed", e);
    }
  }

  /** Begins no attempt from now on; who waits goes back to its queue. */
  public void stop() {
    stopped = true;
    sites.values().forEach(Site::stop);
  }

  /** Whether an attempt is under way. */
  public boolean isBusy() {
    return sites.values().stream().anyMatch(Site::isBusy);
  }

  /**
   * Does not wait for the last reply of a host any more: the mails may have been taken, which is
   * stored before the attempts are over.
   */
  public void breakOff() {
    sites.values().forEach(Site::breakOff);
  }

  /** Gives up the attempts under way: what a host has not answered by now is no outcome. */
  public void abandon() {
    stop();
    over = true;
    allowances.note();
  }

  @Override
  public void close() {
    abandon();
    ticks.cancel(false);
  }

  /**
   * Gives mail back to its queue that waits for a site, or for the DNS; an attempt that is under
   * way goes on.
   */
  public void withdraw(Predicate<Outgoing> which) {
    destinations.values().forEach(destination -> destination.withdraw(which));
    sites.values().forEach(site -> site.withdraw(which));
  }

  /** Ends the rest of all sites that are down: somebody thinks that they are back. */
  public void retryNow() {
    sites.values().forEach(Site::retryNow);
  }

  /** Ends the rest of the sites that a next hop is. */
  public void retryNow(NextHop next) {
    CompletableFuture<Void> unused =
        destination(next).hosts().thenAccept(found -> sitesOf(found).forEach(Site::retryNow));
  }

  /** Why nothing goes to a next hop for a while; empty when something does, or nothing is known. */
  public Optional<Wait> restOf(NextHop next) {
    Destination.Hosts found = destination(next).hosts().getNow(null);
    return found == null
        ? Optional.empty()
        : sitesOf(found).flatMap(site -> site.rest().stream()).findFirst();
  }

  private Stream<Site> sitesOf(Destination.Hosts found) {
    List<String> names = keys(found.hosts());
    return sites.entrySet().stream()
        .filter(each -> each.getKey().hosts().equals(names))
        .map(Map.Entry::getValue);
  }

  public DeliveryListener listener() {
    return context.listener();
  }

  /** All sites as they are now. */
  public List<SiteState> sites() {
    return sites.values().stream().map(Site::state).toList();
  }

  /**
   * Why a mail waits; empty when it is not here.
   *
   * @param mail its id
   */
  public Optional<Wait> waitOf(String mail) {
    for (Map.Entry<NextHop, Destination> each : destinations.entrySet()) {
      if (each.getValue().isAwaitedBy(mail)) {
        return Optional.of(new Wait(Wait.Reason.DNS, 0, each.getKey().domain()));
      }
    }
    return sites.values().stream().flatMap(site -> site.waitOf(mail).stream()).findFirst();
  }
}
