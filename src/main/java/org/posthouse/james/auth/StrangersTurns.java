/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.auth;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many logins from places where they were never right are checked at a time: half of what may
 * wait for a thread, so that guesses of a crowd leave room for logins from known places.
 */
public final class StrangersTurns {
  private final AtomicInteger free;

  StrangersTurns(int most) {
    free = new AtomicInteger(most);
  }

  /** Takes a turn, which {@link #end} gives back, where there is one. */
  boolean begin() {
    if (free.decrementAndGet() >= 0) {
      return true;
    }
    free.incrementAndGet();
    return false;
  }

  void end() {
    free.incrementAndGet();
  }
}
