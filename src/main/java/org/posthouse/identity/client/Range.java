/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.client;

import com.google.common.net.InetAddresses;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * Addresses that begin with the same bits.
 *
 * @param first all bits that do not count are 0
 * @param prefix bits that count, 0 to 32 or 128
 */
public record Range(InetAddress first, int prefix) {
  private static final int IPV4_OCTETS = 4;

  /** Clears the bits of the address that do not count. */
  public Range {
    byte[] octets = first.getAddress();
    int whole = prefix / 8;
    if (whole < octets.length) {
      octets[whole] &= (byte) -(1 << (8 - prefix % 8));
      Arrays.fill(octets, whole + 1, octets.length, (byte) 0);
    }
    try {
      first = InetAddress.getByAddress(octets);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address of that many octets", e);
    }
  }

  /** A /24 of IPv4 or a /64 of IPv6: what one owner has, as a rule, with all of its addresses. */
  public static Range around(InetAddress address) {
    return new Range(address, address.getAddress().length == IPV4_OCTETS ? 24 : 64);
  }

  public boolean contains(InetAddress address) {
    byte[] mine = first.getAddress();
    byte[] other = address.getAddress();
    int whole = prefix / 8;
    return mine.length == other.length
        && Arrays.equals(mine, 0, whole, other, 0, whole)
        && (prefix % 8 == 0 || (mine[whole] ^ other[whole]) >> (8 - prefix % 8) == 0);
  }

  /** Whether all addresses of the other are in this one too. */
  public boolean contains(Range other) {
    return prefix <= other.prefix && contains(other.first);
  }

  /** As it is written: {@code 192.0.2.0/24}, {@code 2001:db8::/64}. */
  @Override
  public String toString() {
    return InetAddresses.toAddrString(first) + "/" + prefix;
  }
}
