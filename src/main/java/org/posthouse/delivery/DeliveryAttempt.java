/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.posthouse.smtp.Answer;
import org.posthouse.smtp.Answer.Kind;
import org.posthouse.smtp.Phase;
import org.posthouse.smtp.Reach;
import org.posthouse.smtp.Transaction;
import org.posthouse.smtp.TransactionOutcome;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One mail at one site: load it, with entries that are the same mail to others, send it on a
 * connection that is there or opened for it, ask the next host for whom the first one cannot say,
 * store the outcome. Steps follow each other and never overlap; whatever happens, the site hears of
 * the end.
 */
final class DeliveryAttempt {
  private static final Logger LOGGER = LoggerFactory.getLogger(DeliveryAttempt.class);
  private static final int CLOSING = 421;
  private static final int NO_MORE_RECIPIENTS = 452;
  private static final long AFTER_ERROR_MILLIS = 60_000;

  private final Site site;

  /** The first, and those that turned out to be the same one to others. */
  private final List<Outgoing> mails = new ArrayList<>();

  private final Set<String> asked = new HashSet<>();
  private final List<Attempt.Outcome> settled = new ArrayList<>();

  /** What the host before said of those who are open, in their order; empty at first. */
  private List<Attempt.Outcome> earlier = List.of();

  private List<Transaction.To> open = List.of();
  private @Nullable Transaction transaction;

  /** Of the transaction under way; null as long as its host cannot have the mail. */
  private @Nullable Doubt doubt;

  private volatile @Nullable Connection connection;
  private long since;

  DeliveryAttempt(Site site, Outgoing mail, @Nullable Connection connection) {
    this.site = site;
    this.mails.add(mail);
    this.connection = connection;
  }

  void start() {
    site.context().workers().execute(() -> guarded(this::begin));
  }

  /** What nobody foresaw is no host's fault: the mail is tried again, and never bounced. */
  private void guarded(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException | LinkageError e) {
      failed(e);
    }
  }

  private void failed(Throwable failure) {
    if (site.context().isOver().getAsBoolean()) {
      site.done(this, null); // what breaks off with us is no error, and stays in its queue
      return;
    }
    LOGGER.error("an attempt to deliver {} failed, it is tried again", first().id(), failure);
    Connection last = connection;
    connection = null;
    if (last != null) {
      site.end(last);
    }
    site.context()
        .workers()
        .execute(
            () -> {
              try {
                long due = site.context().clock().millis() + AFTER_ERROR_MILLIS;
                mails.forEach(mail -> mail.putBack(due));
              } finally {
                site.done(this, null);
              }
            });
  }

  private void begin() {
    int most = site.settings().limits().recipientsPerTransaction();
    Optional<Transaction> loaded = first().load(most);
    if (loaded.isEmpty()) {
      site.done(this, connection);
      return;
    }
    Transaction all = join(loaded.get(), most);
    transaction = all;
    open = all.recipients();
    if (connection == null) {
      connect();
    } else {
      send();
    }
  }

  private Outgoing first() {
    return mails.get(0);
  }

  /** Several domains may be one site, and a mail to recipients in them one transaction. */
  private Transaction join(Transaction own, int most) {
    Transaction all = own;
    Iterator<Outgoing> others = site.joining(first(), most - own.recipients().size()).iterator();
    try {
      while (others.hasNext()) {
        all = join(all, others.next(), most);
      }
    } finally {
      others.forEachRemaining(site::putFirst);
    }
    return all;
  }

  private Transaction join(Transaction all, Outgoing other, int most) {
    int room = most - all.recipients().size();
    Optional<Transaction> more = Optional.empty();
    if (room > 0) {
      mails.add(other); // from here on what nobody foresees is about it too
      more = other.load(room);
      mails.remove(other);
    }
    if (more.isPresent() && all.isSameMailAs(more.get())) {
      mails.add(other);
      return all.and(more.get());
    }
    if (more.isPresent() || room <= 0) {
      site.putFirst(other);
    }
    return all;
  }

  /** Whether it is about a mail of that id. */
  boolean carries(String id) {
    return mails.stream().anyMatch(mail -> mail.id().equals(id));
  }

  private void connect() {
    since = System.nanoTime();
    List<SiteHost> hosts =
        site.hosts().stream().filter(host -> !asked.contains(host.key())).toList();
    CompletableFuture<Void> unused =
        site.search(hosts)
            .handle(
                (found, failure) -> {
                  guarded(() -> searched(found, failure));
                  return null;
                });
  }

  private void searched(HostSearch.@Nullable Found found, @Nullable Throwable failure) {
    if (found == null) {
      throw new IllegalStateException("the search for a host failed", failure);
    }
    for (Reach.Failed each : found.reach().failed()) {
      listener().refused(site.place(), each.at().toString(), each.answer());
      if (each.answer().failedBy(Kind.TLS)) {
        site.handshakeFailed(each.at().settings().hostName());
      }
    }
    Reach reach = found.reach();
    if (reach.session() != null && reach.at() != null) {
      Connection opened = new Connection(reach.session(), reach.at(), site.settings().tls());
      connection = opened;
      Attempt.Peer peer = opened.peer();
      listener().connected(site.place(), peer.host(), peer.tls(), took());
      site.reached();
      send();
    } else {
      nobody(found.failure(), found.host());
    }
  }

  private DeliveryListener listener() {
    return site.context().listener();
  }

  private Duration took() {
    return Duration.ofNanos(System.nanoTime() - since);
  }

  private void nobody(Answer answer, @Nullable String host) {
    if (!earlier.isEmpty()) {
      settled.addAll(earlier);
      settle(new Attempt(settled, null, 0), DeliveryAttempt::nothing);
      return;
    }
    FailurePolicy.Ruling ruling = FailurePolicy.of(answer);
    listener().unreachable(site.place(), answer);
    boolean bounced = ruling.disposition() == FailurePolicy.Disposition.BOUNCED;
    if (!bounced && site.unreached(mails, answer, host)) {
      site.done(this, null);
    } else if (FailurePolicy.mayFallBack(answer) && goByAnotherWay()) {
      site.done(this, null);
    } else if (bounced) {
      settle(Attempt.same(answer, ruling, host, 0), DeliveryAttempt::nothing);
    } else if (first().isEarly()) {
      site.done(this, null);
      mails.forEach(site::releaseEarly);
    } else {
      settle(
          Attempt.same(answer, ruling, host, site.notBefore()),
          () -> mails.forEach(site::remember));
    }
  }

  /** True when no mail is left that has no other way. */
  private boolean goByAnotherWay() {
    for (Outgoing mail : List.copyOf(mails)) {
      Optional<Outgoing> other = mail.fallback();
      if (other.isPresent()) {
        mails.remove(mail);
        site.context().byAnotherWay().accept(other.get());
      }
    }
    return mails.isEmpty();
  }

  private void send() {
    Connection now = connection();
    boolean reused = now.isUsed();
    now.carries();
    since = System.nanoTime();
    listener().sending(site.place(), first().id(), now.peer().host(), reused);
    int most = now.session().capabilities().limit("RCPTMAX").orElse(open.size());
    List<Transaction.To> to = open.subList(0, Math.min(most, open.size()));
    Transaction part = transaction().to(to);
    doubt = null;
    CompletableFuture<Void> unused =
        now.session()
            .send(part, accepted -> doubt(now, accepted))
            .handle(
                (outcome, failure) -> {
                  guarded(() -> answered(to, outcome, failure, reused));
                  return null;
                });
  }

  private void doubt(Connection at, List<Transaction.To> accepted) {
    Set<String> recipients =
        accepted.stream().map(Transaction.To::forwardPath).collect(Collectors.toUnmodifiableSet());
    Doubt now = new Doubt(site.place(), at.peer(), recipients);
    doubt = now;
    mails.forEach(mail -> mail.inDoubt(now));
  }

  private void answered(
      List<Transaction.To> to,
      @Nullable TransactionOutcome outcome,
      @Nullable Throwable failure,
      boolean reused) {
    if (outcome == null) {
      throw new IllegalStateException("a transaction failed", failure);
    }
    if (reused && outcome.answers().stream().allMatch(DeliveryAttempt::isLost)) {
      drop();
      connect();
      return;
    }
    judge(to, outcome.answers());
    endDoubt(outcome.answers());
    listener().sent(site.place(), first().id(), took());
    if (!outcome.reusable() || outcome.answers().stream().anyMatch(DeliveryAttempt::isAboutHost)) {
      drop();
    }
    boolean others =
        !site.isStopped() && site.hosts().stream().anyMatch(host -> !asked.contains(host.key()));
    if (earlier.isEmpty() || !others) {
      settled.addAll(earlier);
      settle(new Attempt(settled, null, 0), DeliveryAttempt::nothing);
    } else {
      drop();
      storeAccepted();
    }
  }

  /**
   * Who has the mail is stored before the next host is asked for others, which may take minutes.
   */
  private void storeAccepted() {
    List<Attempt.Outcome> accepted =
        settled.stream().filter(outcome -> isDelivered(outcome.answer())).toList();
    if (accepted.isEmpty()) {
      connect();
      return;
    }
    Attempt some = new Attempt(accepted, null, 0);
    site.context().workers().execute(() -> guarded(() -> store(some)));
  }

  private void store(Attempt some) {
    List<CompletableFuture<Boolean>> stored =
        mails.stream().map(mail -> mail.settleSome(some)).toList();
    CompletableFuture<Void> unused =
        CompletableFuture.allOf(stored.toArray(CompletableFuture[]::new))
            .thenRun(
                () ->
                    guarded(
                        () -> {
                          forget(stored);
                          connect();
                        }));
  }

  /** Those of whom nobody waits any more are out of our hands; one mail at least is not. */
  private void forget(List<CompletableFuture<Boolean>> over) {
    for (int i = over.size() - 1; i >= 0; i--) {
      if (over.get(i).join()) {
        mails.remove(i);
      }
    }
  }

  /**
   * A host may end a session between two mails as it likes: nothing was said of the mail (RFC 5321,
   * section 3.8).
   */
  private static boolean isLost(Answer answer) {
    boolean before = answer.phase() == Phase.RSET || answer.phase() == Phase.MAIL;
    return before
        && (answer.failedBy(Kind.CLOSED)
            || answer.failedBy(Kind.TIMEOUT)
            || (answer.reply() != null && answer.reply().code() == CLOSING));
  }

  /** Divides those who were asked for into who is done with and whom the next host is asked for. */
  private void judge(List<Transaction.To> to, List<Answer> answers) {
    Connection at = connection();
    asked.add(at.hostKey());
    List<Transaction.To> again = new ArrayList<>();
    List<Attempt.Outcome> sofar = new ArrayList<>();
    boolean accepted = answers.stream().anyMatch(DeliveryAttempt::isDelivered);
    boolean tooMuch = false;
    for (int i = 0; i < to.size(); i++) {
      Answer answer = answers.get(i);
      if (accepted && isFull(answer)) {
        continue; // as if he had not been asked for: he is next
      }
      FailurePolicy.Ruling ruling = FailurePolicy.of(answer);
      Attempt.Outcome outcome =
          new Attempt.Outcome(to.get(i).forwardPath(), ruling, answer, at.peer());
      listener().answered(site.place(), first().id(), outcome);
      if (ruling.nextHost()) {
        again.add(to.get(i));
        sofar.add(outcome);
      } else {
        settled.add(outcome);
      }
      tooMuch |= answer.reply() != null && answer.reply().code() == CLOSING;
      if (answer.isAmbiguous()) {
        listener().ambiguous(site.place(), first().id());
      }
    }
    open = again;
    earlier = sofar;
    site.learn(accepted, tooMuch);
  }

  /** Who has the mail, or may have it, stays in doubt until that is stored. */
  private void endDoubt(List<Answer> answers) {
    Doubt now = doubt;
    if (now != null
        && answers.stream().noneMatch(answer -> isDelivered(answer) || answer.isAmbiguous())) {
      mails.forEach(mail -> mail.notTaken(now));
    }
  }

  /** The next mail would fare no better on that connection. */
  private static boolean isAboutHost(Answer answer) {
    return FailurePolicy.of(answer).scope() == FailurePolicy.Scope.HOST;
  }

  private static boolean isDelivered(Answer answer) {
    return FailurePolicy.of(answer).disposition() == FailurePolicy.Disposition.DELIVERED;
  }

  /** RFC 5321, section 4.5.3.1.10: this is enough for one transaction. */
  private static boolean isFull(Answer answer) {
    return answer.phase() == Phase.RCPT
        && answer.reply() != null
        && answer.reply().code() == NO_MORE_RECIPIENTS;
  }

  private static void nothing() {
    // The outcome says it all.
  }

  /** Does not wait for the last reply any more: that the host may have the mail is an outcome. */
  void breakOff() {
    Connection now = connection;
    if (now != null) {
      now.session().breakOff();
    }
  }

  private void drop() {
    Connection last = connection;
    connection = null;
    if (last != null) {
      site.end(last);
    }
  }

  /** The connection takes the next mail when this one's outcome is on the disk. */
  private void settle(Attempt attempt, Runnable afterwards) {
    if (site.context().isOver().getAsBoolean() && !attempt.isAnswered()) {
      site.done(this, null); // it stays in its queue as it is
      return;
    }
    site.context()
        .workers()
        .execute(
            () -> {
              CompletableFuture<Void> stored;
              try {
                stored =
                    CompletableFuture.allOf(
                        mails.stream()
                            .map(mail -> mail.settle(attempt))
                            .toArray(CompletableFuture[]::new));
              } catch (RuntimeException | LinkageError e) {
                failed(e);
                return;
              }
              CompletableFuture<Void> unused =
                  stored.whenComplete(
                      (done, failure) -> {
                        afterwards.run();
                        site.done(this, connection);
                      });
            });
  }

  private Connection connection() {
    if (connection == null) {
      throw new IllegalStateException("no connection");
    }
    return connection;
  }

  private Transaction transaction() {
    if (transaction == null) {
      throw new IllegalStateException("nothing loaded");
    }
    return transaction;
  }
}
