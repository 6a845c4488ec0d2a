/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.container;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What {@code gateway} of {@code RemoteDelivery} may hold. Stock looks at it when a mail is sent,
 * and then bounces that mail or takes port 25.
 */
final class GatewayHosts {
  private static final String RIGHT =
      "; write host or host:port, several separated by commas, a port is a number of 1 to 65535";
  private static final int LAST_PORT = 65_535;
  private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}_]([\\p{L}\\p{N}._-]*)");
  private static final Pattern NUMBERS = Pattern.compile("[\\d.]+");
  private static final Pattern OCTET = Pattern.compile("\\d{1,2}|1\\d\\d|2[0-4]\\d|25[0-5]");

  private GatewayHosts() {}

  /** What is wrong with each of the hosts; a blank text is no gateway at all. */
  static List<String> problems(String text) {
    return text.isBlank()
        ? List.of()
        : Arrays.stream(text.split(",", -1))
            .map(String::trim)
            .flatMap(entry -> problem(entry).stream())
            .toList();
  }

  private static Optional<String> problem(String entry) {
    int colon = entry.indexOf(':');
    String host = colon < 0 ? entry : entry.substring(0, colon);
    if (entry.indexOf(':', colon + 1) > colon && colon >= 0) {
      return Optional.of(
          "'" + entry + "' has more than one colon, and stock reads no IPv6" + RIGHT);
    }
    if (!isHost(host)) {
      return Optional.of("'" + host + "' is no host" + RIGHT);
    }
    String port = entry.substring(colon + 1);
    return colon < 0 || isPort(port)
        ? Optional.empty()
        : Optional.of("'" + port + "' of '" + entry + "' is no port" + RIGHT);
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
