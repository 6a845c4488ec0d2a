/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * Where connections come from.
 *
 * @param name for logs and metrics
 * @param heloName what they call themselves
 * @param v4 the local address towards hosts of IPv4; null for what the system chooses
 * @param v6 the local address towards hosts of IPv6; null for what the system chooses
 */
public record Source(
    String name, String heloName, @Nullable Inet4Address v4, @Nullable Inet6Address v6) {
  /** The local address towards a host; null for what the system chooses. */
  public @Nullable InetAddress towards(InetAddress host) {
    return host instanceof Inet4Address ? v4 : v6;
  }

  /**
   * Whether a host at this address can be reached: a source of one family only has the other's not.
   */
  public boolean reaches(InetAddress host) {
    return (v4 == null && v6 == null) || towards(host) != null;
  }
}
