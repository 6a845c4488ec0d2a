/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery.config;

import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** A provider or a domain that is treated differently. */
record Destination(
    String name, List<DomainPattern> mx, List<DomainPattern> domains, Treatment treatment) {
  /** The domain of the recipients says more of a mail than the host that takes it. */
  private static final int BY_DOMAIN = 10_000;

  /**
   * How well a site is described; empty when it is another.
   *
   * @param domain in its normal form; empty where it does not matter
   * @param hosts of the best preference, in their normal form
   */
  OptionalInt precision(String domain, List<String> hosts) {
    OptionalInt byDomain = best(domains, domain);
    if (byDomain.isPresent()) {
      return OptionalInt.of(byDomain.getAsInt() + BY_DOMAIN);
    }
    List<OptionalInt> all = hosts.stream().map(host -> best(mx, host)).toList();
    return all.stream().anyMatch(OptionalInt::isEmpty)
        ? OptionalInt.empty()
        : all.stream().mapToInt(OptionalInt::getAsInt).min();
  }

  private static OptionalInt best(List<DomainPattern> patterns, String name) {
    return patterns.stream()
        .filter(pattern -> pattern.matches(name))
        .max(Comparator.comparingInt(DomainPattern::precision))
        .stream()
        .mapToInt(DomainPattern::precision)
        .findFirst();
  }

  /** As they are written, with the attribute that has them. */
  Stream<String> patterns() {
    return Stream.concat(
        mx.stream().map(pattern -> "mx " + pattern),
        domains.stream().map(pattern -> "domain " + pattern));
  }
}
