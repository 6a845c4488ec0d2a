/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.routing;

import java.util.List;

/**
 * Where a mail goes next: to the hosts of a domain, or to smarthosts.
 *
 * @param domain of the recipients, lower case; empty where it does not matter
 * @param smarthosts in order; empty to go by the MX records of the domain
 * @param shared whether the smarthosts share the load, instead of being tried in order
 */
public record NextHop(String domain, List<Smarthost> smarthosts, boolean shared) {
  /**
   * A configured host.
   *
   * @param host a name, or an address (of IPv6 without brackets)
   * @param port 1 to 65535
   */
  public record Smarthost(String host, int port) {
    @Override
    public String toString() {
      return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }
  }

  public NextHop {
    smarthosts = List.copyOf(smarthosts);
  }

  /** By the MX records of a domain. */
  public static NextHop mx(String domain) {
    return new NextHop(domain, List.of(), false);
  }

  public boolean isMx() {
    return smarthosts.isEmpty();
  }
}
