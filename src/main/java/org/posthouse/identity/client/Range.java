/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.client;

import java.net.InetAddress;

/**
 * Addresses that begin with the same bits.
 *
 * @param prefix bits that count, 0 to 32 or 128
 */
public record Range(InetAddress first, int prefix) {
  public boolean contains(InetAddress address) {
    byte[] mine = first.getAddress();
    byte[] other = address.getAddress();
    if (mine.length != other.length) {
      return false;
    }
    for (int bit = 0; bit < prefix; bit++) {
      if (((mine[bit / 8] ^ other[bit / 8]) & 0x80 >> bit % 8) != 0) {
        return false;
      }
    }
    return true;
  }

  /** Whether all addresses of the other are in this one too. */
  public boolean contains(Range other) {
    return prefix <= other.prefix && contains(other.first);
  }
}
