/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.guess;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.posthouse.identity.LoginName;

/**
 * One try to log in.
 *
 * @param login in its normal form; empty when the client has not said whom it wants to be
 * @param isPassword whether it is the login's own secret that may be guessed
 */
public record Attempt(InetAddress client, String login, boolean isPassword) {
  private static final int IPV4_OCTETS = 3;
  private static final int IPV6_OCTETS = 8;

  public Attempt {
    login = LoginName.normal(login);
  }

  Subject address() {
    return new Subject(Scope.ADDRESS, client.getHostAddress());
  }

  Subject network() {
    return new Subject(Scope.NETWORK, networkText());
  }

  Subject ofLogin() {
    return new Subject(Scope.LOGIN, login);
  }

  Subject place() {
    return new Subject(Scope.PLACE, login + "," + networkText());
  }

  /** What one customer of a provider has, as a rule. */
  private String networkText() {
    byte[] octets = client.getAddress();
    int kept = client instanceof Inet6Address ? IPV6_OCTETS : IPV4_OCTETS;
    Arrays.fill(octets, kept, octets.length, (byte) 0);
    try {
      return InetAddress.getByAddress(octets).getHostAddress() + "/" + kept * 8;
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e); // the length is that of an address
    }
  }
}
