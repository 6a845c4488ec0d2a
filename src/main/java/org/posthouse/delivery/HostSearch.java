/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.posthouse.envelope.EnhancedStatusCode;
import org.posthouse.routing.LookUp;
import org.posthouse.smtp.Answer;
import org.posthouse.smtp.Answer.Failure;
import org.posthouse.smtp.Answer.Kind;
import org.posthouse.smtp.Candidate;
import org.posthouse.smtp.Patience;
import org.posthouse.smtp.Phase;
import org.posthouse.smtp.Reach;
import org.posthouse.smtp.SessionSettings;
import org.posthouse.smtp.TlsLevel;

/**
 * Reaches a host of a site: those of one preference before those of the next, and within one the
 * addresses of both families in turns (RFC 8305, section 4).
 */
final class HostSearch {
  /** Of all hosts together: a site with more is not reached at more. */
  private static final int MOST_ADDRESSES = 12;

  /** RFC 3463: no answer from host. */
  private static final EnhancedStatusCode NO_SOURCE = new EnhancedStatusCode(4, 4, 1);

  private final DeliveryContext context;
  private final SiteSettings settings;
  private final Set<String> inClear;
  private final Patience patience;

  /**
   * Searches for a site.
   *
   * @param inClear names of hosts that do not get on with our TLS
   * @param patience with hosts that say nothing
   */
  HostSearch(
      DeliveryContext context, SiteSettings settings, Set<String> inClear, Patience patience) {
    this.context = context;
    this.settings = settings;
    this.inClear = inClear;
    this.patience = patience;
  }

  /** What was found: a session, or the answers of all that were asked. */
  record Found(Reach reach, List<Answer> lookUps) {
    /** What to tell of a search that found nobody: what a host said before what none did. */
    Answer failure() {
      List<Answer> all = new ArrayList<>(lookUps);
      reach.failed().forEach(failed -> all.add(failed.answer()));
      return all.stream()
          .filter(answer -> answer.reply() != null)
          .findFirst()
          .orElseGet(() -> worst(all));
    }

    /** That a host's name leads nowhere counts only when that is so for all of them. */
    private static Answer worst(List<Answer> all) {
      return all.stream()
          .filter(answer -> answer.failure() != null && answer.failure().status().status() == 4)
          .reduce((first, second) -> second)
          .orElse(all.get(0));
    }

    /** Who gave the answer of {@link #failure}; null when no host was asked. */
    @Nullable String host() {
      Answer told = failure();
      return reach.failed().stream()
          .filter(failed -> failed.answer().equals(told))
          .map(failed -> failed.at().toString())
          .findFirst()
          .orElse(null);
    }
  }

  CompletableFuture<Found> among(Collection<SiteHost> hosts) {
    List<SiteHost> shuffled = new ArrayList<>(hosts);
    Collections.shuffle(shuffled, ThreadLocalRandom.current()); // RFC 5321, section 5.1
    Map<Integer, List<SiteHost>> byPreference =
        shuffled.stream()
            .collect(
                Collectors.groupingBy(
                    host -> host.host().preference(), TreeMap::new, Collectors.toList()));
    return next(
        new ArrayDeque<>(byPreference.values()),
        new Found(new Reach(null, null, List.of()), List.of()));
  }

  private CompletableFuture<Found> next(Deque<List<SiteHost>> groups, Found before) {
    List<SiteHost> group = groups.poll();
    if (group == null
        || before.reach().session() != null
        || before.reach().failed().size() >= MOST_ADDRESSES) {
      return CompletableFuture.completedFuture(before);
    }
    return addresses(group)
        .thenCompose(
            found -> {
              if (found.comeBack()) {
                groups.clear(); // who is no better than the relay may send the mail back to it
              }
              return open(found.candidates())
                  .thenApply(reach -> joined(before, reach, found.failures()));
            })
        .thenCompose(after -> next(groups, after));
  }

  private CompletableFuture<Reach> open(List<Candidate> candidates) {
    return candidates.isEmpty()
        ? CompletableFuture.completedFuture(new Reach(null, null, List.of()))
        : context.connector().open(candidates, patience);
  }

  private static Found joined(Found before, Reach reach, List<Answer> lookUps) {
    List<Reach.Failed> failed = new ArrayList<>(before.reach().failed());
    failed.addAll(reach.failed());
    List<Answer> answers = new ArrayList<>(before.lookUps());
    answers.addAll(lookUps);
    return new Found(new Reach(reach.session(), reach.at(), failed), answers);
  }

  /**
   * Where hosts of one preference are.
   *
   * @param comeBack whether one of them is the relay itself
   */
  private record Addresses(List<Candidate> candidates, List<Answer> failures, boolean comeBack) {}

  private CompletableFuture<Addresses> addresses(List<SiteHost> group) {
    List<CompletableFuture<LookUp<InetAddress>>> lookUps =
        group.stream().map(host -> context.resolver().addresses(host.host())).toList();
    return CompletableFuture.allOf(lookUps.toArray(CompletableFuture[]::new))
        .thenApply(all -> addresses(group, lookUps));
  }

  private Addresses addresses(
      List<SiteHost> group, List<CompletableFuture<LookUp<InetAddress>>> lookUps) {
    List<Candidate> candidates = new ArrayList<>();
    List<Answer> failures = new ArrayList<>();
    for (int i = 0; i < group.size(); i++) {
      LookUp<InetAddress> found = lookUps.get(i).join();
      SiteHost host = group.get(i);
      if (!found.isFound()) {
        failures.add(unfound(found));
      }
      for (InetAddress address : settings.family().ordered(found.found())) {
        if (context.resolver().isOurDoor(new InetSocketAddress(address, host.port()))) {
          return new Addresses(List.of(), List.of(comesBack(host)), true);
        }
        if (settings.source().reaches(address)) {
          candidates.add(candidate(host, address));
        }
      }
    }
    if (candidates.isEmpty() && failures.isEmpty()) {
      failures.add(unreachable(group));
    }
    return new Addresses(inTurns(candidates), failures, false);
  }

  /**
   * Families in turns, beginning with the first host: hosts of one preference share the mail, also
   * when one of them has an address of the better family and another has none.
   */
  private static List<Candidate> inTurns(List<Candidate> inOrder) {
    Deque<Candidate> left = new ArrayDeque<>(inOrder);
    List<Candidate> all = new ArrayList<>();
    while (!left.isEmpty() && all.size() < MOST_ADDRESSES) {
      boolean v4 = !all.isEmpty() && isV4(all.get(all.size() - 1));
      Candidate next =
          left.stream()
              .filter(each -> all.isEmpty() || isV4(each) != v4)
              .findFirst()
              .orElse(left.getFirst());
      left.remove(next);
      all.add(next);
    }
    return all;
  }

  private static boolean isV4(Candidate candidate) {
    return candidate.address().getAddress() instanceof Inet4Address;
  }

  private Candidate candidate(SiteHost host, InetAddress address) {
    boolean clear = settings.tls() == TlsLevel.MAY && inClear.contains(host.name());
    return new Candidate(
        new InetSocketAddress(address, host.port()),
        new SessionSettings(
            settings.source().heloName(),
            settings.source().towards(address),
            host.name(),
            clear ? TlsLevel.NONE : settings.tls(),
            settings.implicitTls(),
            settings.login(),
            settings.timeouts()));
  }

  /** RFC 5321, section 5.1: a host without an address is an error of whoever named it. */
  private static Answer unfound(LookUp<?> found) {
    EnhancedStatusCode status =
        found.isTemporary() ? new EnhancedStatusCode(4, 4, 3) : new EnhancedStatusCode(5, 4, 4);
    return new Answer(Phase.LOOKUP, null, new Failure(Kind.UNREACHABLE, found.text(), status));
  }

  /** A smarthost was written by the administrator, who will mend it: its mail waits. */
  private static Answer comesBack(SiteHost host) {
    return new Answer(
        Phase.LOOKUP,
        null,
        new Failure(
            Kind.UNREACHABLE,
            "mail for " + host.key() + " comes back to this relay: it is one of its own doors",
            new EnhancedStatusCode(host.isSmarthost() ? 4 : 5, 4, 6)));
  }

  private Answer unreachable(List<SiteHost> group) {
    String hosts = group.stream().map(SiteHost::name).collect(Collectors.joining(", "));
    return new Answer(
        Phase.LOOKUP,
        null,
        new Failure(
            Kind.UNREACHABLE,
            hosts + " has no address of a family that the relay uses there",
            NO_SOURCE));
  }

  /** Whether it says that nothing leads from the source to the hosts. */
  static boolean lacksSource(Answer answer) {
    Failure failure = answer.failure();
    return answer.phase() == Phase.LOOKUP && failure != null && failure.status().equals(NO_SOURCE);
  }
}
