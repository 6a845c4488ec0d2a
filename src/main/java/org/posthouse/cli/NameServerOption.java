/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.cli;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.posthouse.dns.Dns;
import org.posthouse.dns.SystemDns;
import org.xbill.DNS.Address;
import org.xbill.DNS.SimpleResolver;

/** A name server that a person names. */
final class NameServerOption {
  private static final int PORT = 53;
  private static final int MOST = 65535;

  private NameServerOption() {}

  /**
   * Asks that server only.
   *
   * @param text an address, with a port behind a colon or without; one of IPv6 in brackets then
   * @throws IllegalArgumentException when it is none
   */
  static Dns dns(String text) {
    int colon = text.lastIndexOf(':');
    boolean hasPort = colon > 0 && (text.indexOf(':') == colon || text.startsWith("["));
    String host = hasPort ? text.substring(0, colon) : text;
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    }
    int port = hasPort ? port(text.substring(colon + 1)) : PORT;
    SimpleResolver resolver = new SimpleResolver(new InetSocketAddress(address(host), port));
    return new SystemDns(resolver, SystemDns.TIMEOUT);
  }

  private static InetAddress address(String host) {
    try {
      return Address.getByAddress(host);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("'" + host + "' is no address", e);
    }
  }

  private static int port(String digits) {
    try {
      int port = Integer.parseInt(digits);
      if (port >= 1 && port <= MOST) {
        return port;
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("'" + digits + "' is no port", e);
    }
    throw new IllegalArgumentException("'" + digits + "' is no port");
  }
}
