/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spf;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.Locale;

/** An IP address; one of IPv4 that is mapped into IPv6 is one of IPv4 (RFC 7208 section 5). */
final class ClientAddress {
  private static final int V4 = 4;
  private static final int V6 = 16;
  private static final byte[] MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1};

  private final byte[] octets;

  private ClientAddress(byte[] octets) {
    this.octets = octets;
  }

  static ClientAddress of(InetAddress address) {
    byte[] octets = address.getAddress();
    boolean isMapped = octets.length == V6 && Arrays.equals(octets, 0, V6 - V4, MAPPED, 0, V6 - V4);
    return new ClientAddress(isMapped ? Arrays.copyOfRange(octets, V6 - V4, V6) : octets);
  }

  boolean isV4() {
    return octets.length == V4;
  }

  /**
   * Whether it is in a network of the same family.
   *
   * @param network 4 or 16 octets
   * @param bits of the prefix
   */
  boolean isIn(byte[] network, int bits) {
    if (network.length != octets.length) {
      return false;
    }
    int whole = bits / 8;
    int mask = (0xFF00 >> (bits % 8)) & 0xFF;
    return Arrays.equals(octets, 0, whole, network, 0, whole)
        && (mask == 0 || ((octets[whole] ^ network[whole]) & mask) == 0);
  }

  /** %{v}. */
  String zone() {
    return isV4() ? "in-addr" : "ip6";
  }

  /** %{i}: octets or nibbles with dots between. */
  String dotted() {
    return isV4() ? text() : String.join(".", nibbles());
  }

  /** Where its PTR records are. */
  String reverseName() {
    String[] parts = isV4() ? text().split("\\.") : nibbles();
    StringBuilder name = new StringBuilder();
    for (int each = parts.length - 1; each >= 0; each--) {
      name.append(parts[each]).append('.');
    }
    return name.append(zone()).append(".arpa").toString();
  }

  private String[] nibbles() {
    String[] nibbles = new String[2 * V6];
    for (int each = 0; each < nibbles.length; each++) {
      int nibble = (octets[each / 2] >> (each % 2 == 0 ? 4 : 0)) & 0xF;
      nibbles[each] = Integer.toHexString(nibble).toUpperCase(Locale.ROOT);
    }
    return nibbles;
  }

  /** %{c}: as people write it (RFC 5952 section 4 for IPv6). */
  String text() {
    return isV4() ? v4() : v6();
  }

  private String v4() {
    return (octets[0] & 0xFF)
        + "."
        + (octets[1] & 0xFF)
        + "."
        + (octets[2] & 0xFF)
        + "."
        + (octets[3] & 0xFF);
  }

  private String v6() {
    int gap = 0;
    int gapLength = 1; // a single group is not shortened
    for (int start = 0; start < V6 / 2; start++) {
      int end = start;
      while (end < V6 / 2 && group(end) == 0) {
        end++;
      }
      if (end - start > gapLength) {
        gap = start;
        gapLength = end - start;
      }
    }
    return gapLength == 1
        ? groups(0, V6 / 2)
        : groups(0, gap) + "::" + groups(gap + gapLength, V6 / 2);
  }

  private String groups(int from, int to) {
    StringBuilder text = new StringBuilder();
    for (int each = from; each < to; each++) {
      text.append(each == from ? "" : ":").append(Integer.toHexString(group(each)));
    }
    return text.toString();
  }

  private int group(int index) {
    return ((octets[2 * index] & 0xFF) << 8) | (octets[2 * index + 1] & 0xFF);
  }
}
