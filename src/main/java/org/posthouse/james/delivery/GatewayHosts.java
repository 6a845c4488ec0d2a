/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.delivery;

import java.net.Inet6Address;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.posthouse.routing.MxResolver;
import org.posthouse.routing.NextHop.Smarthost;

/**
 * What {@code gateway} of {@code RemoteDelivery} may hold. Stock looks at it when a mail is sent,
 * and then bounces that mail or takes port 25.
 */
public final class GatewayHosts {
  private static final String RIGHT =
      "; write host, host:port or [IPv6 address]:port, several separated by commas, a port is a"
          + " number of 1 to 65535";
  private static final int LAST_PORT = 65_535;
  private static final Pattern BRACKETED = Pattern.compile("\\[([^\\[\\]]*)](?::(.*))?");
  private static final Pattern NAMED = Pattern.compile("([^:]*)(?::([^:]*))?");
  private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}_]([\\p{L}\\p{N}._-]*)");
  private static final Pattern NUMBERS = Pattern.compile("[\\d.]+");
  private static final Pattern OCTET = Pattern.compile("\\d{1,2}|1\\d\\d|2[0-4]\\d|25[0-5]");

  private GatewayHosts() {}

  /** What is wrong with each of the hosts; a blank text is no gateway at all. */
  public static List<String> problems(String text) {
    return entries(text).flatMap(entry -> problem(entry).stream()).toList();
  }

  /** The same for stock's own code, which takes the first colon for that before the port. */
  public static List<String> problemsForStock(String text) {
    return entries(text)
        .flatMap(
            entry ->
                entry.startsWith("[")
                    ? Stream.of("'" + entry + "': stock reads no IPv6; RemoteDelivery of ours does")
                    : problem(entry).stream())
        .toList();
  }

  /** The hosts of a text without problems. */
  static List<Smarthost> read(String text, int port) {
    return entries(text).map(entry -> smarthost(entry, port)).toList();
  }

  private static Stream<String> entries(String text) {
    return text.isBlank() ? Stream.of() : Arrays.stream(text.split(",", -1)).map(String::trim);
  }

  private static Smarthost smarthost(String entry, int port) {
    Matcher parts = match(entry);
    if (!parts.matches()) {
      throw new IllegalArgumentException("'" + entry + "' is no host");
    }
    return new Smarthost(
        parts.group(1), parts.group(2) == null ? port : Integer.parseInt(parts.group(2)));
  }

  private static Matcher match(String entry) {
    return (entry.startsWith("[") ? BRACKETED : NAMED).matcher(entry);
  }

  private static Optional<String> problem(String entry) {
    Matcher parts = match(entry);
    if (!parts.matches()) {
      return Optional.of(
          entry.startsWith("[")
              ? "'" + entry + "' is no address in brackets" + RIGHT
              : "'" + entry + "' has more than one colon" + RIGHT);
    }
    boolean bracketed = entry.startsWith("[");
    String host = parts.group(1);
    if (bracketed ? !isV6(host) : !isHost(host)) {
      String what = bracketed ? "address of IPv6" : "host";
      return Optional.of("'" + host + "' is no " + what + RIGHT);
    }
    String port = parts.group(2);
    return port == null || isPort(port)
        ? Optional.empty()
        : Optional.of("'" + port + "' of '" + entry + "' is no port" + RIGHT);
  }

  private static boolean isV6(String host) {
    return host.indexOf(':') >= 0 && MxResolver.address(host) instanceof Inet6Address;
  }

  private static boolean isHost(String host) {
    if (!NUMBERS.matcher(host).matches()) {
      return NAME.matcher(host).matches();
    }
    String[] octets = host.split("[.]", -1);
    return octets.length == 4
        && Arrays.stream(octets).allMatch(octet -> OCTET.matcher(octet).matches());
  }

  private static boolean isPort(String text) {
    return text.matches("[0-9]{1,5}")
        && Integer.parseInt(text) >= 1
        && Integer.parseInt(text) <= LAST_PORT;
  }
}
