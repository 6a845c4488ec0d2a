/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.client;

import com.google.common.collect.ImmutableListMultimap;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.posthouse.identity.AddressSource;
import org.posthouse.identity.Identity;

/** The rules by address; the first that fits decides. */
public final class ClientAddresses implements AddressSource {
  private final List<AddressRule> rules;
  private final HostAddresses hosts;

  /**
   * The rules in order.
   *
   * @param hosts knows all names that the rules have
   */
  public ClientAddresses(List<AddressRule> rules, HostAddresses hosts) {
    this.rules = List.copyOf(rules);
    this.hosts = hosts;
  }

  @Override
  public Optional<Identity> identify(InetAddress address) {
    return rules.stream()
        .filter(rule -> fits(rule, address))
        .findFirst()
        .map(
            rule ->
                new Identity(
                    rule.identity(),
                    rule.source(),
                    rule.groups(),
                    Set.of(),
                    ImmutableListMultimap.of()));
  }

  private boolean fits(AddressRule rule, InetAddress address) {
    return rule.networks().contains(address)
        || rule.hosts().stream().anyMatch(host -> hosts.has(host, address));
  }
}
