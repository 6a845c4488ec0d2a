/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.posthouse.smtp.Patience;

/**
 * Bounds the connections of some sites together; sites that wait for one get it in turns. Some may
 * be kept for sites that are known to take mail: however many others are silent, those go on.
 */
final class ConnectionBudget {
  private static final int SHARE_OF_PROVEN = 8;
  private static final Duration SILENCE = Duration.ofSeconds(15);

  private final int most;
  private final int forProven;
  private final Set<Waiter> waiting = new LinkedHashSet<>();
  private final Set<Waiter> waitingProven = new LinkedHashSet<>();
  private int used;

  /**
   * A budget.
   *
   * @param forProven how many of them only sites get that took mail lately
   */
  ConnectionBudget(int most, int forProven) {
    this.most = most;
    this.forProven = forProven;
  }

  /** One of which an eighth is for sites that took mail lately. */
  static ConnectionBudget keepingSome(int most) {
    return new ConnectionBudget(most, most / SHARE_OF_PROVEN);
  }

  /**
   * True when a connection may be opened; else the site is told when that may be so.
   *
   * @param proven whether it took mail lately
   */
  synchronized boolean take(Waiter site, boolean proven) {
    if (used < most(proven)) {
      used++;
      return true;
    }
    (proven ? waitingProven : waiting).add(site);
    return false;
  }

  private int most(boolean proven) {
    return proven ? most : most - forProven;
  }

  synchronized boolean isShort() {
    return !waiting.isEmpty() || !waitingProven.isEmpty();
  }

  /** How long a host may be silent while one of some budgets is short. */
  static Patience patience(ConnectionBudget... budgets) {
    List<ConnectionBudget> all = List.of(budgets);
    return new Patience(() -> all.stream().anyMatch(ConnectionBudget::isShort), SILENCE);
  }

  void giveBack() {
    Waiter next = released();
    if (next != null) {
      next.pump();
    }
  }

  private synchronized @Nullable Waiter released() {
    used--;
    if (!waitingProven.isEmpty()) {
      return first(waitingProven);
    }
    return waiting.isEmpty() || used >= most(false) ? null : first(waiting);
  }

  private static Waiter first(Set<Waiter> waiting) {
    Iterator<Waiter> all = waiting.iterator();
    Waiter first = all.next();
    all.remove();
    return first;
  }

  /** Whether there is room for more than what is needed. */
  synchronized boolean isHalfFree() {
    return used < most / 2;
  }
}
