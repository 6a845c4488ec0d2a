/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery.config;

import java.util.List;
import org.posthouse.delivery.Source;

/**
 * Sources that share the mail of a route.
 *
 * @param sources at least one
 */
public record SourcePool(String name, List<Weighted> sources) {
  /**
   * A source and its share.
   *
   * @param weight at least 1
   */
  public record Weighted(Source source, int weight) {}

  public SourcePool {
    sources = List.copyOf(sources);
    if (sources.isEmpty()) {
      throw new IllegalArgumentException("a pool without a source");
    }
  }

  /**
   * Chooses by weight.
   *
   * @param random from 0 to 1, evenly spread
   */
  public Source choose(double random) {
    double left = random * sources.stream().mapToInt(Weighted::weight).sum();
    for (Weighted each : sources) {
      left -= each.weight();
      if (left < 0) {
        return each.source();
      }
    }
    return sources.get(sources.size() - 1).source();
  }
}
