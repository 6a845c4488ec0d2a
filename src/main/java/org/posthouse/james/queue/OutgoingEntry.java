/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.queue;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.mail.MessagingException;
import org.apache.james.lifecycle.api.LifecycleUtil;
import org.jspecify.annotations.Nullable;
import org.posthouse.delivery.Attempt;
import org.posthouse.delivery.Doubt;
import org.posthouse.delivery.Outgoing;
import org.posthouse.delivery.SiteSettings;
import org.posthouse.james.RemoteDelivery;
import org.posthouse.queue.QueuedMail;
import org.posthouse.queue.Step;
import org.posthouse.queue.Taken;
import org.posthouse.routing.NextHop;
import org.posthouse.smtp.Transaction;
import org.posthouse.spool.Durability;
import org.posthouse.spool.SpoolException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An entry of a queue for delivery, as the engine sees it. */
final class OutgoingEntry implements Outgoing {
  private static final Logger LOGGER = LoggerFactory.getLogger(OutgoingEntry.class);
  private static final long PAUSE_MILLIS = 60_000;
  private static final long FIRST_REPEAT_MILLIS = 500;
  private static final long LONGEST_REPEAT_MILLIS = 30_000;

  private final QueueContext context;
  private final DeliveryTerms terms;
  private final Taken taken;
  private volatile QueuedMail entry;
  private final OutgoingQueue queue;
  private final Passage.Way way;
  private final Runnable ended;
  private @Nullable String queueId;
  private boolean wantsSuccess;
  private boolean converted;
  private List<String> hosts = List.of();

  /** What hosts may have of it, as long as no outcome is stored; written step by step. */
  private volatile List<Doubts.Left> doubts = List.of();

  /** Its place in the queue once it is settled; null when it is not in it any more. */
  private @Nullable Taken next;

  OutgoingEntry(
      QueueContext context,
      DeliveryTerms terms,
      Taken taken,
      QueuedMail entry,
      OutgoingQueue queue,
      Passage.Way way,
      Runnable ended) {
    this.context = context;
    this.terms = terms;
    this.taken = taken;
    this.entry = entry;
    this.queue = queue;
    this.way = way;
    this.ended = ended;
  }

  @Override
  public String id() {
    return entry.id().toString();
  }

  boolean isOf(OutgoingQueue one) {
    return queue.equals(one);
  }

  QueuedMail entry() {
    return entry;
  }

  @Override
  public String sender() {
    return entry.reversePath();
  }

  @Override
  public NextHop nextHop() {
    return way.next();
  }

  @Override
  public SiteSettings settings(List<String> names) {
    hosts = names;
    return way.settings().apply(names);
  }

  /** Names of the best hosts of its next hop; empty as long as they are not known. */
  List<String> hosts() {
    return hosts;
  }

  @Override
  public long suspendedUntil() {
    return queue.suspendedUntil(hosts);
  }

  @Override
  public Optional<Outgoing> fallback() {
    return Optional.ofNullable(way.fallback())
        .map(other -> other.atLeast(way.settings().apply(hosts).tls()))
        .map(other -> new OutgoingEntry(context, terms, taken, entry, queue, other, ended));
  }

  @Override
  public boolean isOverdue() {
    return Settlement.isOverdue(entry, terms, hosts, context.clock().millis());
  }

  @Override
  public Optional<Transaction> load(int most) {
    try {
      OutgoingContent content = content();
      return Optional.of(
          content
              .transaction(context.queues().spool(), entry, most, context.clock().millis())
              .allOrNone(terms.allOrNone()));
    } catch (SpoolException.Unreadable e) {
      queue.setAside(taken, e);
      ended.run();
      return Optional.empty();
    } catch (SpoolException | UncheckedIOException e) {
      LOGGER.error("entry {} is tried again in a minute: {}", entry.id(), e.getMessage());
      CompletableFuture.delayedExecutor(PAUSE_MILLIS, TimeUnit.MILLISECONDS)
          .execute(
              () -> {
                taken.release();
                ended.run();
              });
      return Optional.empty();
    }
  }

  private OutgoingContent content() {
    OutgoingContent content =
        OutgoingContent.read(context.queues().entries().content(entry.id()), entry);
    queueId = content.queueId();
    wantsSuccess = content.wantsSuccess();
    converted = content.isConverted();
    return content;
  }

  /** RemoteDelivery makes an entry for each domain; domains may have the same hosts. */
  @Override
  public boolean mayJoin(Outgoing other) {
    return other instanceof OutgoingEntry one
        && one.terms == terms
        && entry.body() != null
        && entry.body().equals(one.entry.body())
        && entry.reversePath().equals(one.entry.reversePath())
        && before(entry.name()).equals(before(one.entry.name()));
  }

  private static String before(String name) {
    int junction = name.lastIndexOf(RemoteDelivery.NAME_JUNCTION);
    return junction < 0 ? name : name.substring(0, junction);
  }

  @Override
  public void inDoubt(Doubt doubt) {
    Optional<Doubts.Left> written = context.doubts().put(entry, doubt);
    if (written.isPresent()) {
      List<Doubts.Left> all = new ArrayList<>(doubts);
      all.add(written.get());
      doubts = all;
    }
  }

  @Override
  public void notTaken(Doubt doubt) {
    List<Doubts.Left> others = new ArrayList<>(doubts);
    for (Doubts.Left each : doubts) {
      if (each.host().equals(doubt.host())) {
        context.doubts().clear(each);
        others.remove(each);
      }
    }
    doubts = others;
  }

  /** As {@link #settle}, with what an attempt has left that nobody knows the end of. */
  void settleDoubts(Attempt attempt) {
    content();
    doubts = context.doubts().take(entry.id());
    doubts.stream().filter(doubt -> doubt.holdsFor(entry)).forEach(this::count);
    hosts = doubts.stream().map(doubt -> doubt.place().site()).limit(1).toList();
    CompletableFuture<Void> unused = settle(attempt);
  }

  private void count(Doubts.Left doubt) {
    long beyond = doubt.beyond(entry);
    if (beyond > 0) {
      LOGGER.warn("entry {} may arrive twice at {} more recipients", entry.id(), beyond);
    }
    for (long i = doubt.of(entry).size() + beyond; i > 0; i--) {
      queue.listener().ambiguous(doubt.place(), id());
    }
  }

  @Override
  public CompletableFuture<Void> settle(Attempt attempt) {
    Settlement settlement;
    try {
      settlement =
          Settlement.of(entry, attempt, terms, hosts, !converted, context.clock().millis());
    } catch (RuntimeException e) {
      LOGGER.error("no outcome could be made for entry {}, it is tried again", entry.id(), e);
      putBack(context.clock().millis() + PAUSE_MILLIS);
      return CompletableFuture.completedFuture(null);
    }
    next = settlement.isOver() ? null : next(settlement);
    List<String> lines = lines(settlement); // nothing can be read when the entry has gone
    List<Integer> kept = context.doubts().keepLines(entry, lines);
    CompletableFuture<Void> stored = new CompletableFuture<>();
    store(() -> commit(settlement), FIRST_REPEAT_MILLIS, stored);
    return stored
        .thenRun(() -> tell(lines, settlement))
        .whenComplete(
            (done, failure) -> {
              doubts.forEach(context.doubts()::clear);
              context.doubts().clearLines(kept);
              ended.run();
            });
  }

  @Override
  public CompletableFuture<Boolean> settleSome(Attempt attempt) {
    Settlement some =
        Settlement.of(entry, attempt, terms, hosts, !converted, context.clock().millis());
    if (some.isOver()) {
      return settle(attempt).thenApply(done -> true);
    }
    if (some.ends().isEmpty()) {
      return CompletableFuture.completedFuture(false);
    }
    List<String> lines = lines(some);
    List<Integer> kept = context.doubts().keepLines(entry, lines);
    CompletableFuture<Void> stored = new CompletableFuture<>();
    store(() -> commitSome(some), FIRST_REPEAT_MILLIS, stored);
    return stored.thenApply(
        done -> {
          tell(lines, some);
          doubts.forEach(context.doubts()::clear);
          context.doubts().clearLines(kept);
          doubts = List.of();
          entry = entry.with(some.records());
          return false;
        });
  }

  private List<String> lines(Settlement settlement) {
    return context.events().settled(queueId(), entry, settlement);
  }

  private void tell(List<String> lines, Settlement settlement) {
    context.events().log(lines);
    settlement.ends().forEach(end -> queue.listener().settled(id(), end.record()));
  }

  /**
   * What a host said is known, whatever the disk does: it is stored as soon as the disk takes it,
   * and nobody is asked again meanwhile.
   */
  private void store(
      Supplier<CompletableFuture<Void>> commit, long repeat, CompletableFuture<Void> stored) {
    CompletableFuture<Void> unused =
        commit
            .get()
            .handle(
                (done, failure) -> {
                  if (failure == null) {
                    stored.complete(null);
                  } else if (queue.isStopped()) {
                    LOGGER.warn("the outcome of entry {} came too late", entry.id());
                  } else {
                    LOGGER.error(
                        "the outcome of entry {} could not be stored, will be tried again",
                        entry.id(),
                        failure);
                    CompletableFuture.delayedExecutor(repeat, TimeUnit.MILLISECONDS)
                        .execute(
                            () ->
                                store(commit, Math.min(2 * repeat, LONGEST_REPEAT_MILLIS), stored));
                  }
                  return null;
                });
  }

  private CompletableFuture<Void> commit(Settlement settlement) {
    return commit(
        settlement,
        step -> {
          if (settlement.isOver()) {
            step.finish(taken, entry);
          } else {
            step.defer(taken, settlement.records(), next(settlement));
          }
        });
  }

  private CompletableFuture<Void> commitSome(Settlement some) {
    return commit(some, step -> step.update(taken, some.records()));
  }

  private CompletableFuture<Void> commit(Settlement settlement, Consumer<Step> change) {
    try {
      Step step = hasToTell(settlement) ? told(settlement) : context.queues().step();
      change.accept(step);
      return step.commit(Durability.SYNCED_SOON);
    } catch (SpoolException.Unreadable e) {
      queue.setAside(taken, e);
      return CompletableFuture.completedFuture(null);
    } catch (MessagingException | RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private boolean hasToTell(Settlement settlement) {
    return settlement.ends().stream()
        .anyMatch(
            end ->
                end.isFailed()
                    || end.late()
                    || end.isConverted()
                    || (end.isDelivered()
                        && (wantsSuccess || terms.tellsOfSuccess() || end.tellsOfRelay())));
  }

  private Taken next(Settlement settlement) {
    return terms.retriesLast() ? taken.lastAt(settlement.due()) : taken.at(settlement.due());
  }

  /** A step with all that has to be told of the mail. */
  private Step told(Settlement settlement) throws MessagingException {
    Mails.Loaded loaded = context.mails().load(entry.id());
    RelayMailQueueItem item = RelayMailQueueItem.opened(context, taken, loaded);
    try {
      terms.tell(loaded.mail(), entry, settlement.ends());
      return item.settled();
    } catch (MessagingException | RuntimeException e) {
      item.abandon();
      throw e;
    } finally {
      LifecycleUtil.dispose(loaded.mail());
    }
  }

  private String queueId() {
    if (queueId == null) {
      try {
        return content().queueId();
      } catch (SpoolException e) {
        queueId = entry.id().toString();
      }
    }
    return queueId;
  }

  @Override
  public void putBack(long due) {
    context.doubts().leave(doubts);
    long now = context.clock().millis();
    queue.putBack(taken, DeliveryTime.bound(entry, now, due), ended);
  }

  @Override
  public Recall recall() {
    Taken place = next;
    OutgoingQueue from = queue;
    return () -> place == null ? Optional.empty() : from.recall(place);
  }

  @Override
  public boolean isEarly() {
    return taken.due() > context.clock().millis();
  }

  @Override
  public void release() {
    next = taken;
    taken.release();
    ended.run();
  }
}
