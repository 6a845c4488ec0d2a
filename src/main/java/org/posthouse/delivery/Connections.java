/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The connections of a site: those that wait for the next mail, and the room for more of them. Its
 * site's lock guards it, but for {@link #end} and {@link #giveBack}, which call others.
 */
final class Connections {
  private static final long PROVEN_NANOS = Duration.ofHours(1).toNanos();

  private final DeliveryContext context;
  private final Waiter site;
  private final Place place;
  private final Limits limits;
  private final Allowance allowance;
  private final SiteBackOff backOff;
  private final Window window;
  private final Deque<Connection> idle = new ArrayDeque<>();

  /** When the site took a mail last; 0 is never. */
  private long lastTaken;

  Connections(
      DeliveryContext context,
      Waiter site,
      Place place,
      Limits limits,
      Allowance allowance,
      SiteBackOff backOff) {
    this.context = context;
    this.site = site;
    this.place = place;
    this.limits = limits;
    this.allowance = allowance;
    this.backOff = backOff;
    this.window = new Window(limits.connections());
  }

  /** How many there are, with those that carry a mail or are being opened. */
  int count(int busy) {
    return busy + idle.size();
  }

  int window() {
    return window.size();
  }

  boolean areNone() {
    return idle.isEmpty();
  }

  /** Whether one waits for a mail; forgets those that the other side has closed. */
  boolean isOneFree() {
    while (!idle.isEmpty() && !idle.peekFirst().session().isOpen()) {
      ended(idle.pollFirst());
    }
    return !idle.isEmpty();
  }

  /** Takes the one that was used last; null when none waits. */
  @Nullable Connection poll() {
    return idle.pollFirst();
  }

  /** Whether one more may be opened; it then counts against everybody's. */
  boolean mayOpen(int busy) {
    int own = count(busy);
    // A second one only while there is plenty: many slow sites would leave nothing to the others.
    return own < most()
        && (own == 0 || (context.connections().isHalfFree() && !allowance.connections().isShort()))
        && take();
  }

  private int most() {
    return backOff.isDown() ? 1 : window.size();
  }

  private boolean take() {
    boolean proven = isProven();
    if (!allowance.connections().take(site, proven)) {
      return false;
    }
    if (!context.connections().take(site, proven)) {
      context.timer().execute(allowance.connections()::giveBack);
      return false;
    }
    return true;
  }

  private boolean isProven() {
    return !backOff.isDown() && lastTaken != 0 && System.nanoTime() - lastTaken < PROVEN_NANOS;
  }

  /** Not within the lock: others may be next. */
  void giveBackLater() {
    context.timer().execute(this::giveBack);
  }

  /** One less counts against everybody's. */
  void giveBack() {
    allowance.connections().giveBack();
    context.connections().giveBack();
  }

  /**
   * Keeps one for the next mail, where there is room and use for it.
   *
   * @param busy attempts without that of the connection
   * @return whether it was kept; else it has to be ended
   */
  boolean keep(Connection connection, int busy, boolean mailWaits) {
    if (!connection.hasRoom(limits.mailsPerConnection())) {
      return false;
    }
    int others = count(busy);
    boolean fits = others < Math.max(1, window.size());
    // While others have none, the last connection only is kept, and as long as there is mail.
    boolean needed = others == 0 && mailWaits;
    boolean kept = fits && (needed || !isShort());
    if (kept) {
      idle.addFirst(connection.idleFrom(System.nanoTime()));
    }
    return kept;
  }

  /** Ends those that have waited too long, or that others need. */
  void expire(long now) {
    boolean isShort = isShort();
    while (!idle.isEmpty() && isOver(idle.peekLast(), now, isShort)) {
      ended(idle.pollLast());
    }
  }

  private boolean isOver(Connection connection, long now, boolean isShort) {
    return isShort
        || !connection.session().isOpen()
        || now - connection.idleSince() > limits.idle().toNanos();
  }

  /** Takes all that wait. */
  List<Connection> drain() {
    List<Connection> all = new ArrayList<>(idle);
    idle.clear();
    return all;
  }

  private void ended(Connection connection) {
    end(connection);
    giveBackLater();
  }

  /** Ends a session; its place among the connections is kept. */
  void end(Connection connection) {
    connection.end();
    context.listener().disconnected(place, connection.peer().host(), connection.mails());
  }

  /** A transaction told something of the site. */
  void learn(boolean accepted, boolean tooMuch) {
    long now = System.nanoTime();
    if (tooMuch) {
      window.shrink(now);
    } else if (accepted) {
      lastTaken = now;
      window.succeeded(now);
    }
  }

  /** The site takes no more than these. */
  void limit(int connections) {
    window.limit(connections, System.nanoTime());
  }

  /** Mail waits: one host that is slow with some must not hold up all others. */
  void hurry(long now) {
    if (!backOff.isDown() && context.connections().isHalfFree()) {
      window.hurry(now);
    }
  }

  /** Whether the site has all that it takes. */
  boolean areFull(int busy) {
    return count(busy) >= most();
  }

  /** Whether other sites have no connection. */
  boolean isShort() {
    return context.connections().isShort() || allowance.connections().isShort();
  }
}
