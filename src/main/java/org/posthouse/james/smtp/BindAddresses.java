/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.smtp;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What {@code bind} may hold: addresses with ports, separated by commas. */
final class BindAddresses {
  private static final int LAST_PORT = 65_535;

  private BindAddresses() {}

  /** What is wrong with each, in words. */
  static List<String> problems(String text) {
    return each(text).flatMap(address -> problem(address).stream()).toList();
  }

  /** Those that can be listened on, as they are written. */
  static List<String> usable(String text) {
    return each(text).filter(address -> problem(address).isEmpty()).toList();
  }

  private static Stream<String> each(String text) {
    return Arrays.stream(text.split(",", -1)).map(String::trim);
  }

  private static Optional<String> problem(String address) {
    try {
      check(address);
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private static void check(String address) {
    String[] parts = address.split(":", -1);
    if (parts.length > 2) {
      throw new IllegalArgumentException(
          "'" + address + "' is no IPv4 address with a port; 0.0.0.0 takes IPv6 too");
    }
    if (parts.length < 2 || parts[0].isBlank()) {
      throw new IllegalArgumentException("'" + address + "' is no address:port");
    }
    String port = parts[1].trim();
    if (!port.matches("\\d{1,9}") || Integer.parseInt(port) > LAST_PORT) {
      throw new IllegalArgumentException(
          "'" + port + "' is no port; a port is a number of 0 to " + LAST_PORT);
    }
    try {
      InetAddress unused = InetAddress.getByName(parts[0].trim());
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("'" + parts[0].trim() + "' is no address of a host", e);
    }
  }
}
