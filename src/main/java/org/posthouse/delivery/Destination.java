/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.posthouse.routing.MailHost;
import org.posthouse.routing.MailHosts;
import org.posthouse.routing.MxResolver;
import org.posthouse.routing.NextHop;
import org.posthouse.routing.NextHop.Smarthost;
import org.posthouse.smtp.Answer;
import org.posthouse.smtp.Answer.Failure;
import org.posthouse.smtp.Answer.Kind;
import org.posthouse.smtp.Phase;

/**
 * The hosts of one next hop, while they are looked for and as they were found. A name server that
 * is silent holds up those only who go where it would tell.
 */
final class Destination {
  /** After that they are looked for again; the resolver keeps answers by their TTL. */
  private static final long KEPT_NANOS = Duration.ofSeconds(30).toNanos();

  private static final int MOST_WAITING = 1_000;
  private static final int SMTP = 25;

  private final CompletableFuture<Hosts> found;
  private final Set<Outgoing> waiting = ConcurrentHashMap.newKeySet();
  private final long since = System.nanoTime();

  private final Crowd crowd;

  private Destination(CompletableFuture<Hosts> found, Crowd crowd) {
    this.found = found;
    this.crowd = crowd;
  }

  /**
   * Hosts, or why there are none.
   *
   * @param none null when there are hosts
   */
  record Hosts(List<SiteHost> hosts, @Nullable Answer none) {}

  static Destination of(NextHop next, MxResolver resolver, Crowd crowd) {
    return new Destination(
        next.isMx()
            ? resolver.hosts(next.domain()).thenApply(found -> exchangers(found))
            : CompletableFuture.completedFuture(new Hosts(smarthosts(next), null)),
        crowd);
  }

  private static Hosts exchangers(MailHosts found) {
    List<SiteHost> hosts = new ArrayList<>();
    found.hosts().forEach(host -> hosts.add(new SiteHost(host, SMTP, false)));
    MailHosts.None none = found.none();
    return none == null
        ? new Hosts(hosts, null)
        : new Hosts(
            List.of(),
            new Answer(
                Phase.LOOKUP, null, new Failure(Kind.UNREACHABLE, none.text(), none.status())));
  }

  private static List<SiteHost> smarthosts(NextHop next) {
    List<SiteHost> hosts = new ArrayList<>();
    for (int i = 0; i < next.smarthosts().size(); i++) {
      hosts.add(host(next.smarthosts().get(i), next.shared() ? 0 : i));
    }
    return hosts;
  }

  private static SiteHost host(Smarthost smarthost, int preference) {
    InetAddress literal = MxResolver.address(smarthost.host());
    return new SiteHost(
        new MailHost(smarthost.host(), preference, literal), smarthost.port(), true);
  }

  CompletableFuture<Hosts> hosts() {
    return found;
  }

  /**
   * Hands over the hosts for a mail, at once when they are known.
   *
   * @return false when too many wait already
   */
  boolean whenFound(Outgoing mail, Consumer<Hosts> consumer) {
    if (!found.isDone() && waiting.size() >= crowd.most(MOST_WAITING)) {
      return false;
    }
    waiting.add(mail);
    crowd.add(1);
    CompletableFuture<Void> unused =
        found.thenAccept(
            hosts -> {
              if (ends(mail)) {
                consumer.accept(hosts);
              }
            });
    return true;
  }

  /** True for the one who ends its waiting. */
  private boolean ends(Outgoing mail) {
    boolean ended = waiting.remove(mail);
    if (ended) {
      crowd.add(-1);
    }
    return ended;
  }

  /** Gives back those who wait and whom a condition holds for. */
  void withdraw(Predicate<Outgoing> which) {
    for (Outgoing mail : waiting) {
      if (which.test(mail) && ends(mail)) {
        mail.release();
      }
    }
  }

  boolean isAwaitedBy(String mail) {
    return waiting.stream().anyMatch(each -> each.id().equals(mail));
  }

  boolean isOld(long now) {
    return found.isDone() && now - since > KEPT_NANOS;
  }
}
