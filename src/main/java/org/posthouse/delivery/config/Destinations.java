/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery.config;

import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Which destination a site belongs to.
 *
 * @param standard how sites that belong to none are treated
 * @param named in the order of the file
 */
record Destinations(Treatment standard, List<Destination> named) {
  /** That of the one that describes the site best; of equals the first. */
  Treatment treatment(String domain, List<String> mxNames) {
    String normal = HostNames.normal(domain);
    List<String> hosts = mxNames.stream().map(HostNames::normal).toList();
    @Nullable Destination best = null;
    int precision = -1;
    for (Destination each : named) {
      OptionalInt its = each.precision(normal, hosts);
      if (its.orElse(-1) > precision) {
        best = each;
        precision = its.getAsInt();
      }
    }
    return best == null ? standard : best.treatment();
  }
}
