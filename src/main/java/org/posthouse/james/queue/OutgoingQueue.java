/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.queue;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.apache.mailet.AttributeName;
import org.jspecify.annotations.Nullable;
import org.posthouse.delivery.Attempt;
import org.posthouse.delivery.DeliveryEngine;
import org.posthouse.delivery.DeliveryListener;
import org.posthouse.delivery.Intake;
import org.posthouse.delivery.Outgoing;
import org.posthouse.delivery.Wait;
import org.posthouse.delivery.config.RouteQuery;
import org.posthouse.queue.DueQueue;
import org.posthouse.queue.Held;
import org.posthouse.queue.QueuedMail;
import org.posthouse.queue.Recipient;
import org.posthouse.queue.Selection;
import org.posthouse.queue.Step;
import org.posthouse.queue.Suspensions;
import org.posthouse.queue.Suspensions.Suspension;
import org.posthouse.queue.Taken;
import org.posthouse.routing.NextHop;
import org.posthouse.spool.Durability;
import org.posthouse.spool.SpoolException;
import org.posthouse.spool.SpoolId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A queue whose mail the engine delivers, each on the terms that it was queued on. */
public final class OutgoingQueue {
  private static final Logger LOGGER = LoggerFactory.getLogger(OutgoingQueue.class);

  /** Marks a mail that was converted for a host that takes 7 bits only. */
  public static final AttributeName CONVERTED = AttributeName.of("org.posthouse.converted");

  private static final long PAUSE_MILLIS = 60_000;

  private final QueueContext context;
  private final DueQueue queue;
  private final DeliveryEngine engine;
  private final Intake intake;
  private final Suspensions suspensions;
  private final Map<String, DeliveryTerms> terms = new ConcurrentHashMap<>();
  private final Map<String, DeliveryTerms> others = new ConcurrentHashMap<>();
  private volatile @Nullable DeliveryTerms first;
  private volatile boolean stopped;

  OutgoingQueue(QueueContext context, DueQueue queue, DeliveryEngine engine) {
    this.context = context;
    this.queue = queue;
    this.engine = engine;
    this.suspensions = new Suspensions(context.queues().spool(), queue.name(), context.clock());
    this.intake = new Intake(queue, this::read, engine, context.clock());
  }

  /** Adds terms; the first that are added are those of mail that was queued on none of these. */
  public void add(DeliveryTerms some) {
    if (first == null) {
      first = some;
    }
    terms.put(some.identity(), some);
  }

  public void start() {
    queue.onFlush(engine::retryNow);
    queue.changesRunBy(work -> whileWithdrawn(Selection.all(), work));
    intake.start();
  }

  /** Takes nothing from now on. */
  public void stop() {
    stopped = true;
    intake.close();
  }

  DeliveryListener listener() {
    return engine.listener();
  }

  /** Why an entry of this queue waits; empty when there is none of that id. */
  public Optional<Wait> waitOf(SpoolId id) {
    return engine
        .waitOf(id.toString())
        .or(() -> context.queues().entries().find(id).map(this::wait));
  }

  private Wait wait(QueuedMail entry) {
    long due = Held.nextDue(entry.recipients());
    if (due == Held.UNTIL) {
      return new Wait(Wait.Reason.HELD, 0, error(entry, Recipient.State.HELD));
    }
    if (due <= context.clock().millis()) {
      return new Wait(Wait.Reason.DUE, due, queue.name());
    }
    return suspension(entry, due)
        .map(suspended -> new Wait(Wait.Reason.SUSPENDED, due, suspended.reason()))
        .or(
            () ->
                nextHop(entry)
                    .flatMap(engine::restOf)
                    .map(rest -> new Wait(rest.reason(), due, rest.detail())))
        .orElseGet(() -> new Wait(Wait.Reason.RETRY, due, error(entry, Recipient.State.QUEUED)));
  }

  /** The one whose end a mail waits for. A site's hosts are not looked up: the time tells. */
  private Optional<Suspension> suspension(QueuedMail entry, long until) {
    return suspensions.current().stream()
        .filter(each -> each.until() == until)
        .filter(
            each ->
                each.selection().scope() == Selection.Scope.SITE
                    || each.selection().matches(subject(entry, List.of())))
        .findFirst();
  }

  private static String error(QueuedMail entry, Recipient.State state) {
    return entry.recipients().stream()
        .filter(recipient -> recipient.state() == state)
        .map(recipient -> String.valueOf(recipient.error()))
        .findFirst()
        .orElse("");
  }

  boolean isStopped() {
    return stopped;
  }

  private Optional<Outgoing> read(Taken taken, Runnable ended) {
    try {
      Optional<QueuedMail> entry = context.queues().entries().find(taken.id());
      if (entry.isPresent() && Held.nextDue(entry.get().recipients()) == Held.UNTIL) {
        putBack(taken, Held.UNTIL, ended); // somebody has made all entries due
        return Optional.empty();
      }
      if (entry.isEmpty() || entry.get().queued().isEmpty()) {
        throw new SpoolException.Unreadable("entry " + taken.id() + " has nobody who waits");
      }
      if (settlesDoubts(taken, entry.get(), ended)) {
        return Optional.empty();
      }
      if (isTooLate(taken, entry.get(), ended)) {
        return Optional.empty();
      }
      if (!suspensions.isEmpty() && suspends(taken, entry.get(), ended)) {
        return Optional.empty();
      }
      return pass(taken, entry.get(), ended);
    } catch (SpoolException.Unreadable e) {
      setAside(taken, e);
      ended.run();
      return Optional.empty();
    }
  }

  /**
   * A host may have the mail since before the relay ended: that is an outcome, in the place of an
   * attempt. Those who are in no doubt are due again at once.
   */
  private boolean settlesDoubts(Taken taken, QueuedMail entry, Runnable ended) {
    List<Doubts.Left> left = context.doubts().left(entry.id());
    if (left.isEmpty()) {
      return false;
    }
    Attempt attempt = Doubts.attempt(entry, left);
    if (attempt.outcomes().isEmpty()) {
      left.forEach(doubt -> tellAgain(doubt, entry));
      context.doubts().forget(entry.id());
      return false;
    }
    entry(taken, entry, ended).settleDoubts(attempt);
    return true;
  }

  /** The outcome was stored as the relay ended: the log may lack it. */
  private void tellAgain(Doubts.Left doubt, QueuedMail entry) {
    List<Recipient> waiting = doubt.of(entry);
    if (!waiting.isEmpty()) {
      context
          .events()
          .deferred(
              content(entry).queueId(), entry, waiting, doubt.host(), context.clock().millis());
    }
  }

  /** The time that a mail was to be delivered in is an outcome too, in the place of an attempt. */
  private boolean isTooLate(Taken taken, QueuedMail entry, Runnable ended) {
    if (entry.recipients().get(0).deliverBy() == null) {
      return false;
    }
    long now = context.clock().millis();
    boolean suspended =
        !suspensions.isEmpty()
            && suspensions
                .of(subject(entry, OutgoingContent.due(entry, now), List.of()))
                .isPresent();
    Optional<Attempt> instead = DeliveryTime.inPlaceOfAttempt(entry, suspended, now);
    if (instead.isEmpty()) {
      return false;
    }
    CompletableFuture<Void> unused = entry(taken, entry, ended).settle(instead.get());
    return true;
  }

  /** Puts those off who are due, and suspended; the others of the entry are due again at once. */
  private boolean suspends(Taken taken, QueuedMail entry, Runnable ended) {
    long now = context.clock().millis();
    List<Recipient> due = OutgoingContent.due(entry, now);
    Optional<Suspension> found = suspensions.of(subject(entry, due, List.of()));
    found.ifPresent(
        suspension -> {
          List<Recipient> changed =
              entry.recipients().stream()
                  .map(
                      recipient ->
                          due.contains(recipient)
                                  && suspension.selection().means(recipient.domain())
                              ? recipient.withNotBefore(
                                  DeliveryTime.bound(recipient, now, suspension.until()))
                              : recipient)
                  .toList();
          Step step = context.queues().step();
          step.defer(taken, changed, Held.nextDue(changed));
          commit(step, taken, ended);
        });
    return found.isPresent();
  }

  /** Puts an entry back as it is, for a later time. */
  void putBack(Taken taken, long due, Runnable ended) {
    Step step = context.queues().step();
    step.postpone(taken, due);
    commit(step, taken, ended);
  }

  private static void commit(Step step, Taken taken, Runnable ended) {
    CompletableFuture<Void> unused =
        step.commit(Durability.ORDERED)
            .whenComplete(
                (done, failure) -> {
                  if (failure != null) {
                    LOGGER.error("entry {} could not be put back", taken.id(), failure);
                  }
                  ended.run();
                });
  }

  long suspendedUntil(List<String> hosts) {
    return suspensions.isEmpty() ? 0 : suspensions.of(hosts).map(Suspension::until).orElse(0L);
  }

  /** Where an entry goes; empty for nowhere. */
  Optional<NextHop> nextHop(QueuedMail entry) {
    return Optional.ofNullable(passage(terms(entry), entry).way()).map(Passage.Way::next);
  }

  /** Names of the best hosts of a next hop; empty when there are none. */
  CompletableFuture<List<String>> bestHosts(NextHop next) {
    return engine.bestHosts(next);
  }

  /** An entry as selections see it. */
  Selection.Subject subject(QueuedMail entry, List<String> hosts) {
    return subject(entry, entry.recipients().stream().filter(QueuedMail::isOpen).toList(), hosts);
  }

  private Selection.Subject subject(
      QueuedMail entry, List<Recipient> recipients, List<String> hosts) {
    OutgoingContent content = content(entry);
    return new Selection.Subject(
        entry.id().toString(),
        content.queueId(),
        recipients.stream().map(Recipient::domain).collect(Collectors.toUnmodifiableSet()),
        entry.reversePath(),
        content.login(),
        hosts);
  }

  /** What an operator does with the mail of this queue. */
  public OutgoingOperations operations() {
    return new OutgoingOperations(context, queue, this, suspensions);
  }

  /** Has the engine ask a next hop again that could not be reached. */
  void retryNow(NextHop next) {
    engine.retryNow(next);
  }

  /** Runs something while the engine takes nothing, and has given back who waits and is meant. */
  long whileWithdrawn(Selection selection, LongSupplier work) {
    return intake.paused(
        () -> {
          engine.withdraw(
              mail ->
                  mail instanceof OutgoingEntry own
                      && own.isOf(this)
                      && selection.matches(subject(own.entry(), own.hosts())));
          return work.getAsLong();
        });
  }

  /** The entry of something that was taken, for who knows already what becomes of it. */
  OutgoingEntry entry(Taken taken, QueuedMail entry, Runnable ended) {
    Passage.Way nowhere =
        new Passage.Way(
            NextHop.mx(""),
            hosts -> {
              throw new IllegalStateException("it goes nowhere");
            },
            null);
    return new OutgoingEntry(context, terms(entry), taken, entry, this, nowhere, ended);
  }

  private Passage passage(DeliveryTerms own, QueuedMail entry) {
    return Reroute.of(first(entry).profile())
        .map(to -> Reroute.passage(to, own, query(own, entry)))
        .orElseGet(() -> own.passage(query(own, entry)));
  }

  private Optional<Outgoing> pass(Taken taken, QueuedMail entry, Runnable ended) {
    DeliveryTerms own = terms(entry);
    Passage passage = passage(own, entry);
    Passage.Way way = passage.way();
    if (way != null) {
      return Optional.of(new OutgoingEntry(context, own, taken, entry, this, way, ended));
    }
    String id = content(entry).queueId();
    Step step = context.queues().step();
    boolean held = passage.kind() == Passage.Kind.HOLD;
    if (held) {
      step.defer(taken, Held.all(entry.recipients(), passage.rule()), Held.UNTIL);
    } else {
      step.finish(taken, entry);
    }
    CompletableFuture<Void> unused =
        step.commit(Durability.SYNCED_SOON)
            .handle(
                (done, failure) -> {
                  ruled(held ? "held" : "discarded", id, taken, entry, passage.rule(), failure);
                  ended.run();
                  return null;
                });
    return Optional.empty();
  }

  private void ruled(
      String what,
      String id,
      Taken taken,
      QueuedMail entry,
      String rule,
      @Nullable Throwable failure) {
    if (failure != null) {
      LOGGER.error("entry {} could not be {}, will be tried again", entry.id(), what, failure);
      CompletableFuture.delayedExecutor(PAUSE_MILLIS, TimeUnit.MILLISECONDS)
          .execute(taken::release);
    } else {
      context.events().ruled(what, id, entry, rule);
    }
  }

  /** One of those who are due, or who are held: all of these go the same way. */
  private Recipient first(QueuedMail entry) {
    List<Recipient> due = OutgoingContent.due(entry, context.clock().millis());
    return due.isEmpty() ? entry.recipients().get(0) : due.get(0);
  }

  private OutgoingContent content(QueuedMail entry) {
    return OutgoingContent.read(context.queues().entries().content(entry.id()), entry);
  }

  private RouteQuery query(DeliveryTerms own, QueuedMail entry) {
    String domain = first(entry).domain();
    String sender = entry.reversePath().substring(entry.reversePath().lastIndexOf('@') + 1);
    if (!own.routesByContent()) {
      return new RouteQuery(domain, sender, null, name -> Optional.empty());
    }
    OutgoingContent content = content(entry);
    return new RouteQuery(domain, sender, content.login(), content::attribute);
  }

  private DeliveryTerms terms(QueuedMail entry) {
    String identity = Reroute.identity(first(entry).profile());
    DeliveryTerms own = terms.get(identity);
    return own != null ? own : others.computeIfAbsent(identity, this::nearest);
  }

  /** Parameters may have changed since a mail was queued: what goes the same way is the same. */
  private DeliveryTerms nearest(String identity) {
    DeliveryTerms other = Objects.requireNonNull(first);
    for (DeliveryTerms each : terms.values()) {
      if (DeliveryIdentity.goSameWay(each.identity(), identity)) {
        return each;
      }
    }
    if (!identity.isEmpty()) {
      LOGGER.warn(
          "queue {} has mail of a RemoteDelivery that is no longer in mailetcontainer.xml ({}); it"
              + " is delivered as {}",
          queue.name(),
          identity,
          other.identity());
    }
    return other;
  }

  void setAside(Taken taken, SpoolException.Unreadable reason) {
    context.doubts().forget(taken.id());
    context.events().setAside(context.mails().remains(taken.id()), queue.name(), reason);
    Step aside = context.queues().step();
    aside.setAside(taken, String.valueOf(reason.getMessage()));
    aside.commit(Durability.SYNCED).join();
  }

  /** Takes an entry before its time. */
  Optional<Outgoing> recall(Taken wanted) {
    return wanted.reclaim() ? read(wanted, intake.recalled()) : Optional.empty();
  }
}
