/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.posthouse.smtp.Answer;

/**
 * The hosts that take the mail of some domains, the line of those who wait for them, and the
 * connections to them. A mail goes out when the site's window, its rate and the relay's number of
 * connections allow; a site that cannot be reached is probed, and who waits for it is put off.
 */
final class Site {
  private static final int MOST_WAITING = 2_000;
  private static final int MOST_RECALLED = 100;
  private static final long PUT_BACK_MILLIS = 20_000;
  private static final long IN_CLEAR_NANOS = Duration.ofHours(1).toNanos();

  private final DeliveryContext context;
  private final List<SiteHost> hosts;
  private final SiteSettings settings;
  private final String name;
  private final FairLine<Outgoing> line = new FairLine<>(MOST_WAITING);
  private final Deque<Connection> idle = new ArrayDeque<>();
  private final Deque<Outgoing> recallable = new ArrayDeque<>();
  private final Map<String, Long> inClear = new HashMap<>();
  private final SiteBackOff backOff = new SiteBackOff();
  private final Window window;
  private final TokenBucket bucket;

  /** Attempts under way; each has a connection, or opens one. */
  private int busy;

  private boolean probing;
  private boolean timed;
  private boolean stopped;
  private long lastUse = System.nanoTime();

  Site(DeliveryContext context, List<SiteHost> hosts, SiteSettings settings) {
    this.context = context;
    this.hosts = List.copyOf(hosts);
    this.settings = settings;
    this.name = hosts.get(0).name();
    this.window = new Window(settings.connections());
    this.bucket = new TokenBucket(settings.rate(), System.nanoTime());
  }

  String name() {
    return name;
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
    if (!line.add(mail.sender(), mail)) {
      return () -> context.workers().execute(() -> mail.putBack(PUT_BACK_MILLIS));
    }
    context.listener().waits(name, mail.id());
    return null;
  }

  /** Starts what may start. */
  void pump() {
    List<DeliveryAttempt> attempts = new ArrayList<>();
    synchronized (this) {
      while (mayStart()) {
        attempts.add(start());
      }
    }
    attempts.forEach(DeliveryAttempt::start);
  }

  private boolean mayStart() {
    if (stopped || line.isEmpty() || backOff.isResting(context.clock().millis())) {
      return false;
    }
    long wait = bucket.untilNext(System.nanoTime());
    if (wait > 0) {
      pumpIn(wait);
      return false;
    }
    forgetClosed();
    return !idle.isEmpty() || mayOpen();
  }

  private void forgetClosed() {
    while (!idle.isEmpty() && !idle.peekFirst().session().isOpen()) {
      ended(idle.pollFirst());
    }
  }

  private boolean mayOpen() {
    int most = backOff.isDown() ? 1 : window.size();
    int own = busy + idle.size();
    // A second one only while there is plenty: many slow sites would leave nothing to the others.
    return own < most
        && (own == 0 || context.connections().isHalfFree())
        && context.connections().take(this);
  }

  private DeliveryAttempt start() {
    Connection connection = idle.pollFirst();
    Outgoing mail = Objects.requireNonNull(line.poll());
    busy++;
    bucket.take();
    lastUse = System.nanoTime();
    return new DeliveryAttempt(this, mail, connection);
  }

  private void pumpIn(long nanos) {
    if (!timed) {
      timed = true;
      ScheduledFuture<?> unused =
          context
              .timer()
              .schedule(
                  () -> {
                    synchronized (this) {
                      timed = false;
                    }
                    pump();
                  },
                  nanos,
                  TimeUnit.NANOSECONDS);
    }
  }

  CompletableFuture<HostSearch.Found> search(Collection<SiteHost> among) {
    return new HostSearch(context.resolver(), context.connector(), settings, inClear())
        .among(among);
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
      context.listener().back(name);
      recall();
      pump();
    }
  }

  /** Those who were put off while the site was down need not wait for their time. */
  private void recall() {
    List<Outgoing> again;
    synchronized (this) {
      again = new ArrayList<>(recallable);
      recallable.clear();
    }
    context.workers().execute(() -> again.forEach(mail -> mail.recall().ifPresent(this::offer)));
  }

  /**
   * No host could be reached for a mail. While others are, the site has enough connections, and the
   * mail waits for one of them.
   *
   * @return whether it waits again
   */
  boolean unreached(Outgoing mail, Answer answer, @Nullable String host) {
    List<Outgoing> waiting;
    Duration rest;
    synchronized (this) {
      int others = busy - 1 + idle.size();
      if (others > 0 && !backOff.isDown()) {
        window.limit(others, System.nanoTime());
        line.putFirst(mail.sender(), mail);
        return true;
      }
      rest = backOff.failed(answer, host, context.clock().millis());
      waiting = line.drain();
    }
    context.listener().suspended(name, answer, rest);
    waiting.forEach(this::putOff);
    return false;
  }

  /** Puts a mail off for the reason for which the site rests. */
  private void putOff(Outgoing mail) {
    Optional<Outgoing> other = mail.fallback();
    if (other.isPresent()) {
      context.byAnotherWay().accept(other.get());
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
  synchronized void remember(Outgoing mail) {
    if (recallable.size() < MOST_RECALLED) {
      recallable.add(mail);
    }
  }

  /** A transaction told something of the site. */
  synchronized void learn(boolean accepted, boolean tooMuch) {
    long now = System.nanoTime();
    if (tooMuch) {
      window.shrink(now);
    } else if (accepted) {
      window.succeeded(now);
    }
  }

  /** An attempt is over; its connection, if there is one, is free for the next. */
  void done(@Nullable Connection connection) {
    boolean kept = false;
    synchronized (this) {
      busy--;
      if (connection != null && connection.hasRoom(settings.mailsPerConnection()) && !stopped) {
        int others = busy + idle.size();
        boolean fits = others < Math.max(1, window.size());
        // While others have none, the last connection only is kept, and as long as there is mail.
        boolean needed = others == 0 && !line.isEmpty();
        if (fits && (needed || !context.connections().isShort())) {
          idle.addFirst(connection.idleFrom(System.nanoTime()));
          kept = true;
        }
      }
    }
    if (!kept) {
      if (connection != null) {
        connection.end();
      }
      context.connections().giveBack();
    }
    pump();
  }

  private void ended(Connection connection) {
    connection.end();
    // Not within the lock: another site may be next.
    context.timer().execute(context.connections()::giveBack);
  }

  /** Called twice a second. */
  void tick() {
    boolean probe;
    synchronized (this) {
      long now = System.nanoTime();
      boolean isShort = context.connections().isShort();
      if (!line.isEmpty() && !backOff.isDown() && context.connections().isHalfFree()) {
        window.hurry(now); // one host that is slow with some must not hold up all others
      }
      while (!idle.isEmpty() && isOver(idle.peekLast(), now, isShort)) {
        ended(idle.pollLast());
      }
      probe =
          !stopped
              && !probing
              && line.isEmpty()
              && busy == 0
              && !recallable.isEmpty()
              && backOff.isDown()
              && !backOff.isResting(context.clock().millis());
      probing |= probe;
    }
    if (probe) {
      context.workers().execute(this::probe);
    }
    pump();
  }

  private boolean isOver(Connection connection, long now, boolean isShort) {
    return isShort
        || !connection.session().isOpen()
        || now - connection.idleSince() > settings.idle().toNanos();
  }

  /** Tries one of those who were put off, before its time. */
  private void probe() {
    try {
      while (true) {
        Outgoing mail;
        synchronized (this) {
          mail = recallable.poll();
        }
        if (mail == null) {
          return;
        }
        Optional<Outgoing> again = mail.recall();
        if (again.isPresent()) {
          offer(again.get());
          return;
        }
      }
    } finally {
      synchronized (this) {
        probing = false;
      }
    }
  }

  /** Whether it can be forgotten. */
  synchronized boolean isUnused(long now) {
    return busy == 0
        && line.isEmpty()
        && idle.isEmpty()
        && !backOff.isDown()
        && now - lastUse > TimeUnit.MINUTES.toNanos(10);
  }

  /** Begins no attempt from now on, and gives back who waits. */
  void stop() {
    List<Outgoing> waiting;
    List<Connection> open;
    synchronized (this) {
      stopped = true;
      waiting = line.drain();
      open = new ArrayList<>(idle);
      idle.clear();
    }
    open.forEach(Connection::end);
    waiting.forEach(Outgoing::release);
  }

  synchronized int waiting() {
    return line.size();
  }

  synchronized int busy() {
    return busy;
  }
}
