/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery.config;

import java.util.List;
import java.util.Optional;
import org.posthouse.routing.NextHop.Smarthost;
import org.posthouse.smtp.SessionSettings.Login;
import org.posthouse.smtp.TlsLevel;

/**
 * Hosts that take mail for any domain, and how they are spoken to.
 *
 * @param hosts in order, at least one
 * @param shared whether they share the load, instead of being tried in order
 * @param tls how far sessions must be protected; empty for what the destination says
 * @param implicitTls whether TLS begins with the first octet (RFC 8314)
 * @param login whom the relay is there; empty to send without. It is not for the fallback
 */
public record Smarthosts(
    List<Smarthost> hosts,
    boolean shared,
    Optional<TlsLevel> tls,
    boolean implicitTls,
    Optional<Login> login) {
  public Smarthosts {
    hosts = List.copyOf(hosts);
  }
}
