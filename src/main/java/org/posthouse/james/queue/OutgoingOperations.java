/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.queue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.posthouse.delivery.Attempt;
import org.posthouse.delivery.FailurePolicy;
import org.posthouse.envelope.EnhancedStatusCode;
import org.posthouse.queue.DueQueue;
import org.posthouse.queue.Held;
import org.posthouse.queue.Operations;
import org.posthouse.queue.QueuedMail;
import org.posthouse.queue.Recipient;
import org.posthouse.queue.Selection;
import org.posthouse.queue.Suspensions;
import org.posthouse.queue.Suspensions.Suspension;
import org.posthouse.routing.NextHop;
import org.posthouse.routing.NextHop.Smarthost;
import org.posthouse.smtp.Answer;
import org.posthouse.smtp.Phase;
import org.posthouse.spool.SpoolException;
import org.posthouse.spool.SpoolId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an operator does with mail that waits to be delivered. Each answers how many mails it was
 * about; those whose attempt is under way are left alone. Everything is logged with its reason.
 */
public final class OutgoingOperations {
  private static final Logger LOGGER = LoggerFactory.getLogger(OutgoingOperations.class);
  private static final long LOOK_UP_SECONDS = 10;

  private final QueueContext context;
  private final DueQueue queue;
  private final OutgoingQueue outgoing;
  private final Suspensions suspensions;

  OutgoingOperations(
      QueueContext context, DueQueue queue, OutgoingQueue outgoing, Suspensions suspensions) {
    this.context = context;
    this.queue = queue;
    this.outgoing = outgoing;
    this.suspensions = suspensions;
  }

  /** Keeps mail back until it is released. */
  public long hold(Selection selection, String reason) {
    return change("held", selection, reason, Recipient::isQueued, r -> r.held("held: " + reason));
  }

  /** Lets go what was held; it is due at once. */
  public long release(Selection selection, String reason) {
    long now = context.clock().millis();
    return change("released", selection, reason, OutgoingOperations::isHeld, r -> r.released(now));
  }

  private static boolean isHeld(Recipient recipient) {
    return recipient.state() == Recipient.State.HELD;
  }

  /** Makes mail due now that waits for another attempt, at sites that are down too. */
  public long flush(Selection selection, String reason) {
    long now = context.clock().millis();
    Predicate<Recipient> waits = r -> r.isQueued() && r.notBefore() > now;
    Predicate<QueuedMail> meant = meant(selection, waits);
    // Before it is due: who comes to a site at rest is put off again.
    nextHops(meant).keySet().forEach(outgoing::retryNow);
    return change("flushed", selection, reason, meant, waits, r -> r.withNotBefore(now));
  }

  /** Delivers nothing of it for a while, mail that is yet to come included. */
  public long suspend(Selection selection, Duration time, String reason) {
    long until = context.clock().millis() + time.toMillis();
    long before =
        suspensions.add(new Suspension(selection, until, reason)).map(Suspension::until).orElse(0L);
    return change(
        "suspended",
        selection,
        reason,
        r -> r.isQueued() && (r.notBefore() < until || r.notBefore() == before),
        r -> r.withNotBefore(until));
  }

  /** Ends a suspension of the same selection; what waited for its end is due at once. */
  public long resume(Selection selection, String reason) {
    Optional<Suspension> ended = suspensions.remove(selection);
    if (ended.isEmpty()) {
      return 0;
    }
    long now = context.clock().millis();
    long until = ended.get().until();
    // The hosts of a site may be others by now: whose wait ends then was suspended by it.
    boolean site = selection.scope() == Selection.Scope.SITE;
    return change(
        "resumed",
        site ? Selection.all() : selection,
        reason,
        r -> r.isQueued() && r.notBefore() == until,
        r -> r.withNotBefore(now));
  }

  /** Sends mail by another host from now on; what is held goes there when it is released. */
  public long reroute(Selection selection, Smarthost to, String reason) {
    long now = context.clock().millis();
    return change(
        "rerouted",
        selection,
        reason,
        QueuedMail::isOpen,
        r -> {
          Recipient rerouted = r.withProfile(Reroute.profile(to, r.profile()));
          return r.isQueued() ? rerouted.withNotBefore(now) : rerouted;
        });
  }

  /** Returns mail to its senders, held mail too, as if a host had refused it. */
  public long bounce(Selection selection, String reason) {
    Answer answer =
        new Answer(
            Phase.MAIL,
            null,
            new Answer.Failure(
                Answer.Kind.OURS,
                "returned by the relay's operator: " + reason,
                new EnhancedStatusCode(5, 7, 0)));
    FailurePolicy.Ruling refused =
        new FailurePolicy.Ruling(
            FailurePolicy.Disposition.BOUNCED, FailurePolicy.Scope.MESSAGE, false);
    Predicate<Recipient> who = r -> QueuedMail.isOpen(r) && selection.means(r.domain());
    List<CompletableFuture<Void>> stored = new ArrayList<>();
    long now = context.clock().millis();
    Predicate<QueuedMail> meant = meant(selection, who);
    long count =
        outgoing.whileWithdrawn(
            selection,
            () ->
                operations()
                    .change(
                        view -> wanted(view.id(), meant),
                        (step, taken) -> {
                          QueuedMail entry = entry(taken.id());
                          List<Attempt.Outcome> outcomes =
                              entry.recipients().stream()
                                  .filter(who)
                                  .map(r -> new Attempt.Outcome(r.address(), refused, answer, null))
                                  .toList();
                          stored.add(
                              outgoing
                                  .entry(taken, entry.due(now, who), OutgoingOperations::nothing)
                                  .settle(new Attempt(outcomes, null, 0)));
                        }));
    stored.forEach(CompletableFuture::join);
    log("bounced", selection, count, reason);
    return count;
  }

  private static void nothing() {
    // The engine never had it.
  }

  /**
   * Which entries are meant, for the sake of one recipient at least. Where mail goes is looked up
   * for all next hops of the queue.
   */
  private Predicate<QueuedMail> meant(Selection selection, Predicate<Recipient> who) {
    Map<NextHop, List<String>> hosts =
        selection.scope() == Selection.Scope.SITE ? nextHops(entry -> true) : Map.of();
    return entry ->
        entry.recipients().stream().anyMatch(r -> who.test(r) && selection.means(r.domain()))
            && selection.matches(
                outgoing.subject(
                    entry,
                    hosts.isEmpty()
                        ? List.of()
                        : outgoing.nextHop(entry).map(hosts::get).orElse(List.of())));
  }

  /**
   * The next hops of some entries with the names of their best hosts, which are looked up for all
   * at once; no names where there is no answer by then.
   */
  private Map<NextHop, List<String>> nextHops(Predicate<QueuedMail> which) {
    Map<NextHop, CompletableFuture<List<String>>> hosts = new HashMap<>();
    operations().change(view -> isLookedUp(view.id(), which, hosts), (step, taken) -> {});
    CompletableFuture<Void> all =
        CompletableFuture.allOf(hosts.values().toArray(CompletableFuture[]::new));
    all.completeOnTimeout(null, LOOK_UP_SECONDS, TimeUnit.SECONDS).join();
    Map<NextHop, List<String>> found = new HashMap<>();
    hosts.forEach((next, names) -> found.put(next, names.getNow(List.of())));
    return found;
  }

  /** Never true: it only looks. */
  private boolean isLookedUp(
      SpoolId id,
      Predicate<QueuedMail> which,
      Map<NextHop, CompletableFuture<List<String>>> hosts) {
    try {
      context
          .queues()
          .entries()
          .find(id)
          .filter(which)
          .flatMap(outgoing::nextHop)
          .ifPresent(next -> hosts.computeIfAbsent(next, outgoing::bestHosts));
    } catch (SpoolException.Unreadable e) {
      LOGGER.debug("entry {} is left to who takes it", id, e);
    }
    return false;
  }

  private long change(
      String what,
      Selection selection,
      String reason,
      Predicate<Recipient> who,
      UnaryOperator<Recipient> change) {
    return change(what, selection, reason, meant(selection, who), who, change);
  }

  private long change(
      String what,
      Selection selection,
      String reason,
      Predicate<QueuedMail> which,
      Predicate<Recipient> who,
      UnaryOperator<Recipient> change) {
    Predicate<Recipient> meant = who.and(r -> selection.means(r.domain()));
    long count =
        outgoing.whileWithdrawn(
            selection,
            () ->
                operations()
                    .change(
                        view -> wanted(view.id(), which),
                        (step, taken) -> {
                          List<Recipient> changed =
                              entry(taken.id()).recipients().stream()
                                  .map(r -> meant.test(r) ? change.apply(r) : r)
                                  .toList();
                          step.defer(taken, changed, Held.nextDue(changed));
                        }));
    log(what, selection, count, reason);
    return count;
  }

  private static void log(String what, Selection selection, long count, String reason) {
    LOGGER.info("{} mails of {} were {}: {}", count, selection, what, reason);
  }

  private Operations operations() {
    return context.queues().operations(queue);
  }

  private QueuedMail entry(SpoolId id) {
    return context
        .queues()
        .entries()
        .find(id)
        .orElseThrow(() -> new SpoolException.Unreadable("entry " + id + " is missing"));
  }

  /** What cannot be read is left to who takes it, and sets it aside. */
  private boolean wanted(SpoolId id, Predicate<QueuedMail> meant) {
    try {
      return context.queues().entries().find(id).filter(meant).isPresent();
    } catch (SpoolException.Unreadable e) {
      return false;
    }
  }
}
