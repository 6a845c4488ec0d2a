/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.smtp;

import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.posthouse.identity.client.Range;

/**
 * How many sessions there are: in all, of each address and of each network; and who makes room when
 * there is none. Strangers leave a tenth to those who are known. Where they have all the rest, one
 * of the network that has the most of it goes for one of a network that has fewer: so nobody shuts
 * a door by holding sessions, however busy they look, without as many networks as there is room.
 */
final class SessionCounts {
  /**
   * Bounds; 0 is none.
   *
   * @param network of a /24 of IPv4 or a /64 of IPv6, whose owner has all of its addresses
   */
  record Bounds(int all, int address, int network) {}

  private static final int TENTH = 10;
  private static final int CROWDED_PERCENT = 70;

  private final Bounds bounds;
  private final Set<Seat> seats = new HashSet<>();
  private final Map<Object, Integer> sessions = new HashMap<>();

  /** By network those of whom nothing is known; who has brought nothing for longest comes first. */
  private final Map<Range, LinkedHashSet<Seat>> strangers = new HashMap<>();

  SessionCounts(Bounds bounds) {
    this.bounds = bounds;
  }

  /** Counts one more session; what is full when it must not be, else null. */
  synchronized @Nullable String enter(Seat seat) {
    // Who is at home need not suffer from strangers beside him.
    if (!seat.isAtHome() && isFull(seat.network(), bounds.network())) {
      return "sessions from your network";
    }
    if (isFull(seat.client(), bounds.address())) {
      return "sessions from your address";
    }
    int room = seat.isStranger() ? bounds.all() - bounds.all() / TENTH : bounds.all();
    if (bounds.all() > 0 && seats.size() >= room && !makeRoom(seat)) {
      return "sessions";
    }
    seats.add(seat);
    sessions.merge(seat.network(), 1, Integer::sum);
    sessions.merge(seat.client(), 1, Integer::sum);
    if (seat.isStranger()) {
      strangers.computeIfAbsent(seat.network(), key -> new LinkedHashSet<>()).add(seat);
    }
    return null;
  }

  private boolean isFull(Object key, int bound) {
    return bound > 0 && sessions.getOrDefault(key, 0) >= bound;
  }

  private boolean makeRoom(Seat comer) {
    int most = comer.isStranger() ? strangersOf(comer.network()) + 1 : 0;
    Seat goes = null;
    for (Set<Seat> network : strangers.values()) {
      if (network.size() > most) {
        most = network.size();
        goes = network.iterator().next();
      }
    }
    if (goes == null) {
      goes = longestIdle();
    }
    if (goes == null) {
      return false;
    }
    leave(goes);
    goes.giveUp();
    return true;
  }

  /** Where no network has more than its part: who has had his time, a message under way or not. */
  private @Nullable Seat longestIdle() {
    return strangers.values().stream()
        .map(network -> network.iterator().next())
        .filter(Seat::hasHadItsTime)
        .max(Comparator.comparing(Seat::idle))
        .orElse(null);
  }

  private int strangersOf(Range network) {
    Set<Seat> those = strangers.get(network);
    return those == null ? 0 : those.size();
  }

  /** A session has ended, if it had entered. */
  synchronized void leave(Seat seat) {
    if (seats.remove(seat)) {
      less(seat.network());
      less(seat.client());
      forget(seat);
    }
  }

  private void less(Object key) {
    sessions.computeIfPresent(key, (same, count) -> count == 1 ? null : Integer.valueOf(count - 1));
  }

  private boolean forget(Seat seat) {
    Set<Seat> those = strangers.get(seat.network());
    boolean was = those != null && those.remove(seat);
    if (those != null && those.isEmpty()) {
      strangers.remove(seat.network());
    }
    return was;
  }

  /** It is known who has the seat: it is his. */
  synchronized void keep(Seat seat) {
    forget(seat);
  }

  /** A stranger has brought something: others go before. */
  synchronized void moveBack(Seat seat) {
    if (forget(seat)) {
      strangers.computeIfAbsent(seat.network(), key -> new LinkedHashSet<>()).add(seat);
    }
  }

  /** Whether so many are there that the next may soon find no room. */
  synchronized boolean isCrowded() {
    return bounds.all() > 0 && seats.size() * 100L >= (long) bounds.all() * CROWDED_PERCENT;
  }
}
