/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** What becomes of a signature whose key the DNS contradicts. */
enum DnsReaction {
  /** The DNS is not asked. */
  OFF,
  /** It is made, and the log says that it will not verify. */
  EVENT,
  /** It is left out. */
  SKIP,
  /** The mail waits. */
  DEFER;

  static Set<String> words() {
    return Arrays.stream(values()).map(DnsReaction::word).collect(Collectors.toSet());
  }

  static DnsReaction of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
