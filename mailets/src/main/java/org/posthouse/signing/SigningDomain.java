/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.signing;

import java.time.Instant;
import java.util.List;

/**
 * Whose mail is signed, as which domain, with which keys.
 *
 * @param whose the domains of From
 * @param signs d= in ASCII and lower case
 * @param keys empty where its mail is not signed yet
 */
public record SigningDomain(FromPattern whose, String signs, List<TableKey> keys) {
  public SigningDomain {
    keys = List.copyOf(keys);
  }

  /** The keys that sign at that time: all of them do. */
  public List<TableKey> active(Instant now) {
    return keys.stream().filter(key -> key.validity().includes(now)).toList();
  }

  /** Those that end before another one of their kind, their successor, which signs already. */
  public List<TableKey> retiring(Instant now) {
    List<TableKey> active = active(now);
    return active.stream()
        .filter(key -> active.stream().anyMatch(other -> key.isReplacedBy(other)))
        .toList();
  }

  /** Whether it counts: one that has keys does from the begin of the first. */
  boolean hasBegun(Instant now) {
    return keys.isEmpty() || keys.stream().anyMatch(key -> !key.validity().isAhead(now));
  }
}
