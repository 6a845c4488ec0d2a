/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.rights;

import com.google.common.net.InetAddresses;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * Addresses of clients that begin with the same bits.
 *
 * @param first all further bits are 0
 * @param prefix bits that count
 */
record Network(InetAddress first, int prefix) {
  /** Those that the door authorizes, whichever they are: {@code authorizedAddresses}. */
  static final Network AUTHORIZED = new Network(InetAddresses.forString("0.0.0.0"), -1);

  private static final String AUTHORIZED_WORD = "authorized";

  /**
   * Reads {@code 192.0.2.0/24}, {@code 2001:db8::/32}, one address, or {@code authorized}.
   *
   * @throws IllegalArgumentException when it is neither; the message says why
   */
  static Network parse(String text) {
    if (text.equals(AUTHORIZED_WORD)) {
      return AUTHORIZED;
    }
    int slash = text.indexOf('/');
    String host = slash < 0 ? text : text.substring(0, slash);
    if (!InetAddresses.isInetAddress(host)) {
      throw new IllegalArgumentException("'" + text + "' is neither an address nor a network");
    }
    InetAddress address = InetAddresses.forString(host);
    int most = address.getAddress().length * 8;
    String bits = slash < 0 ? String.valueOf(most) : text.substring(slash + 1);
    if (!bits.matches("\\d{1,3}") || Integer.parseInt(bits) > most) {
      throw new IllegalArgumentException(
          "'" + text + "': behind the slash stands a number of bits, 0 to " + most);
    }
    InetAddress first = masked(address, Integer.parseInt(bits));
    if (!first.equals(address)) {
      throw new IllegalArgumentException(
          "'"
              + text
              + "' is one address and a network; the network is "
              + first.getHostAddress()
              + "/"
              + bits);
    }
    return new Network(first, Integer.parseInt(bits));
  }

  /** The network that an address is in. */
  static Network of(InetAddress address, int prefix) {
    return new Network(masked(address, prefix), prefix);
  }

  boolean contains(Client client) {
    return equals(AUTHORIZED) ? client.isAuthorized() : contains(client.address());
  }

  private boolean contains(InetAddress address) {
    byte[] mine = first.getAddress();
    byte[] other = address.getAddress();
    if (mine.length != other.length) {
      return false;
    }
    int whole = prefix / 8;
    if (!Arrays.equals(mine, 0, whole, other, 0, whole)) {
      return false;
    }
    int rest = prefix % 8;
    return rest == 0 || ((mine[whole] ^ other[whole]) & 0xff & -(1 << (8 - rest))) == 0;
  }

  boolean covers(Network other) {
    return (equals(AUTHORIZED) || other.equals(AUTHORIZED))
        ? equals(other)
        : prefix <= other.prefix && contains(other.first);
  }

  /** Whether it is all within this machine, or its extent is the door's to warn of. */
  boolean isLoopback() {
    return equals(AUTHORIZED) || (first.isLoopbackAddress() && prefix >= 8);
  }

  private static InetAddress masked(InetAddress address, int prefix) {
    byte[] octets = address.getAddress();
    for (int i = 0; i < octets.length; i++) {
      int bits = Math.max(0, Math.min(8, prefix - i * 8));
      octets[i] &= (byte) -(1 << (8 - bits));
    }
    try {
      return InetAddress.getByAddress(octets);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address of that many octets", e);
    }
  }

  @Override
  public String toString() {
    return equals(AUTHORIZED) ? AUTHORIZED_WORD : first.getHostAddress() + "/" + prefix;
  }
}
