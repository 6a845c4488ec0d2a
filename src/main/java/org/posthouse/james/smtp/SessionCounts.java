/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.smtp;

import java.net.InetAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;
import org.posthouse.identity.client.Range;

/** How many sessions there are: in all, of each address and of each network. */
final class SessionCounts {
  /**
   * Bounds; 0 is none.
   *
   * @param network of a /24 of IPv4 or a /64 of IPv6, whose owner has all of its addresses
   */
  record Bounds(int all, int address, int network) {}

  private static final String ALL = "all";
  private static final int TENTH = 10;
  private static final int CROWDED_PERCENT = 70;

  private final Bounds bounds;
  private final ConcurrentMap<Object, Integer> sessions = new ConcurrentHashMap<>();

  SessionCounts(Bounds bounds) {
    this.bounds = bounds;
  }

  /**
   * Counts one more session; what is full when it must not be, else null.
   *
   * @param known whether the address has rights here; strangers leave a tenth of the room to those
   */
  @Nullable String enter(InetAddress client, boolean known) {
    Range network = Range.around(client);
    int strangers = bounds.all() - bounds.all() / TENTH;
    if (!enter(ALL, known ? bounds.all() : strangers)) {
      return "sessions";
    }
    if (!enter(network, bounds.network())) {
      leave(ALL);
      return "sessions from your network";
    }
    if (!enter(client, bounds.address())) {
      leave(ALL);
      leave(network);
      return "sessions from your address";
    }
    return null;
  }

  private boolean enter(Object key, int bound) {
    int now = sessions.merge(key, 1, Integer::sum);
    if (bound > 0 && now > bound) {
      leave(key);
      return false;
    }
    return true;
  }

  /** A session that had entered has ended. */
  void leave(InetAddress client) {
    leave(ALL);
    leave((Object) Range.around(client));
    leave((Object) client);
  }

  private void leave(Object key) {
    sessions.computeIfPresent(key, (same, count) -> count == 1 ? null : Integer.valueOf(count - 1));
  }

  /** Whether so many are there that the next may soon find no room. */
  boolean isCrowded() {
    return bounds.all() > 0 && all() * 100L >= (long) bounds.all() * CROWDED_PERCENT;
  }

  /** Sessions of anybody. */
  int all() {
    return sessions.getOrDefault(ALL, 0);
  }
}
