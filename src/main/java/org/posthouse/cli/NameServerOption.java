/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.cli;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.configuration2.XMLConfiguration;
import org.apache.commons.configuration2.ex.ConfigurationException;
import org.apache.commons.configuration2.ex.ConversionException;
import org.apache.commons.configuration2.io.FileHandler;
import org.posthouse.dns.Dns;
import org.posthouse.dns.SystemDns;
import org.posthouse.routing.NameServers;
import org.xbill.DNS.Address;
import org.xbill.DNS.SimpleResolver;

/** Whom the DNS is asked by: a name server that a person names, else whom the server asks. */
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

  /**
   * Asks those of dnsservice.xml and, unless that says no, the system's.
   *
   * @throws CommandFailure when the file cannot be read
   */
  static Dns configured(Path conf) {
    return new SystemDns(servers(conf.resolve("dnsservice.xml")));
  }

  static List<InetSocketAddress> servers(Path file) {
    XMLConfiguration values = new XMLConfiguration();
    try {
      if (Files.exists(file)) {
        new FileHandler(values).load(file.toFile());
      }
      return NameServers.read(values).servers();
    } catch (ConfigurationException | ConversionException e) {
      throw new CommandFailure(
          ExitCodes.BAD_CONFIGURATION, file + " cannot be read: " + e.getMessage(), e);
    }
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
