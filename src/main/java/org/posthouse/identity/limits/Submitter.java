/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.limits;

import com.google.common.net.InetAddresses;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;
import org.posthouse.identity.Identity;

/**
 * Who hands mail over.
 *
 * @param identity empty when nobody knows the client
 * @param client its address
 */
public record Submitter(Optional<Identity> identity, InetAddress client) {
  /** A /24 of IPv4 or a /64 of IPv6, whose owner has all of its addresses. */
  String network() {
    byte[] octets = client.getAddress();
    boolean four = octets.length == 4;
    Arrays.fill(octets, four ? 3 : 8, octets.length, (byte) 0);
    try {
      return InetAddresses.toAddrString(InetAddress.getByAddress(octets)) + (four ? "/24" : "/64");
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address of that many octets", e);
    }
  }
}
