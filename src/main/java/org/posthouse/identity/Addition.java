/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity;

import com.google.common.collect.Sets;
import java.util.Set;

/**
 * What identities.xml says of an identity beside what its source knows.
 *
 * @param groups in lower case
 * @param addresses in lower case
 */
public record Addition(Set<String> groups, Set<String> addresses) {
  public Addition {
    groups = Set.copyOf(groups);
    addresses = Set.copyOf(addresses);
  }

  /** All of both. */
  public Addition and(Addition other) {
    return new Addition(Sets.union(groups, other.groups), Sets.union(addresses, other.addresses));
  }
}
