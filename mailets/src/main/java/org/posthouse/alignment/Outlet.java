/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.alignment;

import com.google.common.net.InetAddresses;
import java.net.Inet4Address;
import java.net.InetAddress;

/**
 * A way out: what the next host sees of a connection of ours.
 *
 * @param address where the connection comes from, outside of any NAT
 * @param helo the argument of EHLO, which SPF checks for the null reverse-path (RFC 7208 section
 *     2.4); empty when it is not known
 */
public record Outlet(InetAddress address, String helo) {
  /** The address as people write it. */
  String text() {
    return InetAddresses.toAddrString(address);
  }

  /** The mechanism of SPF that matches it (RFC 7208 section 5.6). */
  String mechanism() {
    return (address instanceof Inet4Address ? "ip4:" : "ip6:") + text();
  }
}
