/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery;

import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Bounds the connections of all sites together; sites that wait for one get it in turns. */
final class ConnectionBudget {
  private final int most;
  private final Set<Site> waiting = new LinkedHashSet<>();
  private int used;

  ConnectionBudget(int most) {
    this.most = most;
  }

  /** True when a connection may be opened; else the site is told when that may be so. */
  synchronized boolean take(Site site) {
    if (used < most) {
      used++;
      return true;
    }
    waiting.add(site);
    return false;
  }

  synchronized boolean isShort() {
    return !waiting.isEmpty();
  }

  void giveBack() {
    Site next = released();
    if (next != null) {
      next.pump();
    }
  }

  private synchronized @Nullable Site released() {
    used--;
    if (waiting.isEmpty()) {
      return null;
    }
    Site next = waiting.iterator().next();
    waiting.remove(next);
    return next;
  }

  /** Whether there is room for more than what is needed. */
  synchronized boolean isHalfFree() {
    return used < most / 2;
  }
}
