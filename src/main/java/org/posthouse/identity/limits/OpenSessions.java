/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.limits;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** How many sessions each key has at a time. */
final class OpenSessions {
  private final List<Limit> limits;
  private final ConcurrentMap<Place, Integer> counts = new ConcurrentHashMap<>();

  private record Place(String limit, String key) {}

  OpenSessions(List<Limit> limits) {
    this.limits = limits.stream().filter(limit -> limit.sessions() > 0).toList();
  }

  /** Counts one more, for all limits or none; the one that has no room. */
  Optional<LimitReached> enter(Submitter who) {
    List<Place> entered = new ArrayList<>();
    for (Limit limit : limits) {
      for (String key : limit.keys(who, "")) {
        Place place = new Place(limit.name(), key);
        entered.add(place);
        if (counts.merge(place, 1, Integer::sum) > limit.sessions()) {
          entered.forEach(this::leave);
          return Optional.of(Replies.sessions(limit, key));
        }
      }
    }
    return Optional.empty();
  }

  void leave(Submitter who) {
    for (Limit limit : limits) {
      limit.keys(who, "").forEach(key -> leave(new Place(limit.name(), key)));
    }
  }

  private void leave(Place place) {
    counts.computeIfPresent(place, (same, count) -> count == 1 ? null : Integer.valueOf(count - 1));
  }
}
