/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.client;

import java.util.List;
import java.util.Set;

/**
 * Who comes from some addresses.
 *
 * @param identity its name
 * @param networks where it comes from; none for hosts
 * @param hosts names of hosts where it comes from; none for networks
 */
public record AddressRule(
    String identity, Set<String> groups, Networks networks, List<String> hosts) {
  public AddressRule {
    groups = Set.copyOf(groups);
    hosts = List.copyOf(hosts);
  }

  String source() {
    return hosts.isEmpty() ? "network" : "host";
  }
}
