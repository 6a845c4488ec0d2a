/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.posthouse.smtp.Answer;
import org.posthouse.smtp.Patience;

/**
 * The hosts that take the mail of some domains, the line of those who wait for them, and the
 * connections to them. A mail goes out when the site's window, its rate and the relay's number of
 * connections allow; a site that cannot be reached is probed, and who waits for it is put off.
 */
final class Site implements Waiter {
  private static final long OVERDUE_NANOS = Duration.ofSeconds(10).toNanos();
  private static final long IN_CLEAR_NANOS = Duration.ofHours(1).toNanos();

  private final DeliveryContext context;
  private final List<SiteHost> hosts;
  private final SiteSettings settings;
  private final WaitingLine line;
  private final Recalls putOff;
  private final Map<String, Long> inClear = new HashMap<>();
  private final SiteBackOff backOff = new SiteBackOff();
  private final Connections connections;
  private final Allowance allowance;
  private final Place place;

  /** Attempts under way; each has a connection, or opens one. */
  private final Set<DeliveryAttempt> busy = new HashSet<>();

  private boolean stopped;
  private long lookedAt = System.nanoTime();
  private volatile long lastUse = System.nanoTime();

  Site(DeliveryContext context, List<SiteHost> hosts, SiteSettings settings, Allowance allowance) {
    this.context = context;
    this.hosts = List.copyOf(hosts);
    this.settings = settings;
    this.line = new WaitingLine(context.crowd());
    this.putOff = new Recalls(this);
    this.allowance = allowance;
    this.place =
        new Place(settings.limits().destination(), hosts.get(0).name(), settings.source().name());
    this.connections = new Connections(context, this, place, settings.limits(), allowance, backOff);
  }

  Place place() {
    return place;
  }

  SiteSettings settings() {
    return settings;
  }

  List<SiteHost> hosts() {
    return hosts;
  }

  DeliveryContext context() {
    return context;
  }

  /** It is not to be forgotten now. */
  Site touched() {
    lastUse = System.nanoTime();
    return this;
  }

  /** Takes a mail into the line, or puts it off. */
  void offer(Outgoing mail) {
    Runnable action = admit(mail);
    if (action != null) {
      action.run();
    }
    pump();
  }

  private synchronized @Nullable Runnable admit(Outgoing mail) {
    lastUse = System.nanoTime();
    if (stopped) {
      return mail::release;
    }
    if (backOff.isResting(context.clock().millis())) {
      return () -> putOff(mail);
    }
    long now = context.clock().millis();
    OptionalLong noRoom = line.add(mail, now);
    if (noRoom.isPresent() && mail.isOverdue()) {
      Wait wait = reason(now);
      return () -> overdue(mail, wait);
    }
    if (noRoom.isPresent()) {
      long due = now + noRoom.getAsLong();
      return () -> context.workers().execute(() -> mail.putBack(due));
    }
    context.listener().queued(place, mail.id());
    return null;
  }

  /** Starts what may start. */
  @Override
  public void pump() {
    List<DeliveryAttempt> attempts = new ArrayList<>();
    synchronized (this) {
      while (mayStart()) {
        attempts.add(start());
      }
    }
    attempts.forEach(DeliveryAttempt::start);
  }

  private boolean mayStart() {
    if (stopped
        || line.isEmpty()
        || backOff.isResting(context.clock().millis())
        || !allowance.pace().isOpenTo(this)) {
      return false;
    }
    boolean isNew = !connections.isOneFree();
    if (isNew && !connections.mayOpen(busy.size())) {
      return false;
    }
    boolean may = allowance.pace().take(this);
    if (!may && isNew) {
      connections.giveBackLater();
    }
    return may;
  }

  private DeliveryAttempt start() {
    Connection connection = connections.poll();
    Outgoing mail = Objects.requireNonNull(line.poll());
    DeliveryAttempt attempt = new DeliveryAttempt(this, mail, connection);
    busy.add(attempt);
    lastUse = System.nanoTime();
    return attempt;
  }

  CompletableFuture<HostSearch.Found> search(Collection<SiteHost> among) {
    return new HostSearch(context, settings, inClear(), patience()).among(among);
  }

  private synchronized Patience patience() {
    return backOff.isPatient()
        ? ConnectionBudget.patience(allowance.connections())
        : ConnectionBudget.patience(allowance.connections(), context.connections());
  }

  private synchronized Set<String> inClear() {
    long now = System.nanoTime();
    inClear.values().removeIf(until -> now - until > 0);
    return new HashSet<>(inClear.keySet());
  }

  /** A host's handshake failed where TLS is not required: it is spared for a while. */
  synchronized void handshakeFailed(String host) {
    inClear.put(host, System.nanoTime() + IN_CLEAR_NANOS);
  }

  /** A session was opened. */
  void reached() {
    boolean back;
    synchronized (this) {
      back = backOff.isDown();
      backOff.succeeded();
    }
    if (back) {
      context.listener().back(place);
      recall();
      pump();
    }
  }

  /** Those who were put off while the site was down need not wait for their time. */
  private void recall() {
    boolean may;
    synchronized (this) {
      may = !stopped && !backOff.isDown();
    }
    if (may) {
      putOff.begin();
    }
  }

  synchronized int waiting() {
    return line.size();
  }

  /**
   * No host could be reached for mails of one attempt. While others are, the site has enough
   * connections, and they wait for one of them.
   *
   * @return whether they wait again
   */
  boolean unreached(List<Outgoing> mails, Answer answer, @Nullable String host) {
    List<Outgoing> waiting;
    Duration rest;
    synchronized (this) {
      int others = connections.count(busy.size()) - 1;
      if (others > 0 && !backOff.isDown()) {
        connections.limit(others);
        mails.forEach(this::putFirst);
        return true;
      }
      rest = backOff.failed(answer, host, context.clock().millis());
      waiting = line.drain();
    }
    context.listener().backsOff(place, answer, rest);
    waiting.forEach(this::putOff);
    return false;
  }

  /** Takes those who wait behind a mail and may be the same one to others. */
  synchronized List<Outgoing> joining(Outgoing mail, int most) {
    return line.joining(mail, most);
  }

  synchronized void putFirst(Outgoing mail) {
    line.putFirst(mail, context.clock().millis());
  }

  /** Puts a mail off for the reason for which the site rests. */
  private void putOff(Outgoing mail) {
    Optional<Outgoing> other = mail.fallback();
    if (other.isPresent()) {
      context.byAnotherWay().accept(other.get());
      return;
    }
    if (mail.isEarly()) {
      releaseEarly(mail);
      return;
    }
    Attempt attempt;
    synchronized (this) {
      Answer reason = Objects.requireNonNull(backOff.reason());
      attempt = Attempt.same(reason, FailurePolicy.of(reason), backOff.host(), backOff.until());
    }
    context
        .workers()
        .execute(
            () -> {
              CompletableFuture<Void> unused = mail.settle(attempt).thenRun(() -> remember(mail));
            });
  }

  synchronized long notBefore() {
    return backOff.until();
  }

  /** Notes a mail that was put off because the site is down. */
  void remember(Outgoing mail) {
    putOff.remember(mail.recall());
  }

  /** It keeps its time and its attempts: it was only taken to see whether the site is back. */
  void releaseEarly(Outgoing mail) {
    mail.release();
    remember(mail);
  }

  /** A transaction told something of the site. */
  synchronized void learn(boolean accepted, boolean tooMuch) {
    connections.learn(accepted, tooMuch);
  }

  /** An attempt is over; its connection, if there is one, is free for the next. */
  void done(DeliveryAttempt attempt, @Nullable Connection connection) {
    boolean kept;
    boolean more;
    synchronized (this) {
      more = line.size() < Recalls.MOST_IN_LINE / 2;
      busy.remove(attempt);
      line.moved();
      kept =
          connection != null
              && !stopped
              && connections.keep(connection, busy.size(), !line.isEmpty());
    }
    if (!kept) {
      if (connection != null) {
        connections.end(connection);
      }
      connections.giveBack();
    }
    if (more) {
      recall();
    }
    pump();
  }

  /** Ends a session; its place among the connections is kept. */
  void end(Connection connection) {
    connections.end(connection);
  }

  /** It is no attempt that came to nothing, but to its sender that is the same. */
  private void overdue(Outgoing mail, Wait wait) {
    Answer answer = wait.answer();
    Attempt attempt = Attempt.same(answer, FailurePolicy.of(answer), null, 0);
    context
        .workers()
        .execute(
            () -> {
              CompletableFuture<Void> unused = mail.settle(attempt);
            });
  }

  /** Called twice a second, less often when there are thousands of sites. */
  void tick() {
    boolean probe;
    List<Outgoing> overdue = List.of();
    Wait wait = null;
    synchronized (this) {
      long now = System.nanoTime();
      if (!line.isEmpty() && now - lookedAt > OVERDUE_NANOS) {
        lookedAt = now;
        wait = reason(context.clock().millis());
        overdue = line.remove(Outgoing::isOverdue);
      }
      line.tick(context.clock().millis(), !busy.isEmpty());
      if (!line.isEmpty()) {
        connections.hurry(now);
      }
      connections.expire(now);
      probe =
          !stopped
              && line.isEmpty()
              && busy.isEmpty()
              && backOff.isDown()
              && !backOff.isResting(context.clock().millis());
    }
    for (Outgoing mail : overdue) {
      overdue(mail, Objects.requireNonNull(wait));
    }
    if (probe) {
      putOff.probe();
    }
    recall();
    pump();
  }

  /** Does not wait for the end of a rest. */
  synchronized void retryNow() {
    backOff.retryNow();
  }

  /** Gives back those who wait and whom a condition holds for. */
  void withdraw(Predicate<Outgoing> which) {
    List<Outgoing> taken;
    synchronized (this) {
      taken = line.remove(which);
    }
    taken.forEach(Outgoing::release);
  }

  /** Whether it can be forgotten. */
  synchronized boolean isUnused() {
    return busy.isEmpty()
        && line.isEmpty()
        && connections.areNone()
        && putOff.isEmpty()
        && !backOff.isResting(context.clock().millis())
        && System.nanoTime() - lastUse > TimeUnit.MINUTES.toNanos(10);
  }

  /** Begins no attempt from now on, and gives back who waits. */
  void stop() {
    List<Outgoing> waiting;
    List<Connection> open;
    synchronized (this) {
      stopped = true;
      waiting = line.drain();
      open = connections.drain();
    }
    open.forEach(connections::end);
    waiting.forEach(Outgoing::release);
  }

  synchronized boolean isStopped() {
    return stopped;
  }

  /** Does not wait for the last replies any more. */
  void breakOff() {
    List<DeliveryAttempt> attempts;
    synchronized (this) {
      attempts = List.copyOf(busy);
    }
    attempts.forEach(DeliveryAttempt::breakOff);
  }

  synchronized boolean isBusy() {
    return !busy.isEmpty();
  }

  /** What it looks like now. */
  synchronized SiteState state() {
    long now = context.clock().millis();
    return new SiteState(
        place,
        hosts.stream().map(SiteHost::name).toList(),
        line.size(),
        busy.size(),
        connections.count(busy.size()),
        connections.window(),
        line.oldestMillis(now),
        reason(now));
  }

  /** Why a mail waits here; empty when it does not. */
  synchronized Optional<Wait> waitOf(String mail) {
    if (busy.stream().anyMatch(attempt -> attempt.carries(mail))) {
      return Optional.of(new Wait(Wait.Reason.ATTEMPT, 0, place.site()));
    }
    return line.holds(mail) ? Optional.of(reason(context.clock().millis())) : Optional.empty();
  }

  /** Why nothing goes there for a while; empty when something does. */
  synchronized Optional<Wait> rest() {
    long now = context.clock().millis();
    return backOff.isResting(now) ? Optional.of(reason(now)) : Optional.empty();
  }

  private Wait reason(long now) {
    Answer failure = backOff.reason();
    if (failure != null && backOff.isResting(now)) {
      return new Wait(
          HostSearch.lacksSource(failure) ? Wait.Reason.NO_SOURCE : Wait.Reason.BACK_OFF,
          backOff.until(),
          place.site() + ": " + failure);
    }
    long rate = allowance.pace().untilNext();
    if (rate > 0) {
      return new Wait(Wait.Reason.RATE, now + TimeUnit.NANOSECONDS.toMillis(rate), place.site());
    }
    boolean lacks = !connections.areFull(busy.size()) && connections.isShort();
    boolean bySiblings = lacks && allowance.connections().isShort();
    return new Wait(
        lacks ? Wait.Reason.CONNECTIONS : Wait.Reason.WINDOW,
        0,
        bySiblings ? "destination " + place.destination() : place.site());
  }
}
