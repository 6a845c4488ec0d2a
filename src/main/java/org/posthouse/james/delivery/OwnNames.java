/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.delivery;

import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The names that the relay gives itself: a host of such a name is no next hop. */
public final class OwnNames {
  private final Set<String> names = ConcurrentHashMap.newKeySet();

  void add(String name) {
    names.add(name.toLowerCase(Locale.ROOT));
  }

  /** Whether a host of this name, in lower case without the last dot, is the relay. */
  public boolean contain(String host) {
    return names.contains(host);
  }
}
