/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.rewriting;

import com.google.common.net.InetAddresses;
import java.math.BigInteger;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Networks and hosts that the outside need not know of. */
public final class InternalNames {
  /** Addresses that the Internet does not route (RFC 1918, 4193, 6598, 6890), and localhost. */
  public static final List<String> DEFAULT =
      List.of(
          "10.0.0.0/8",
          "172.16.0.0/12",
          "192.168.0.0/16",
          "100.64.0.0/10",
          "127.0.0.0/8",
          "169.254.0.0/16",
          "::1/128",
          "fc00::/7",
          "fe80::/10",
          "localhost",
          ".localdomain");

  /** A misspelt address: no domain at the top has digits only (RFC 3696 section 2). */
  private static final Pattern LIKE_ADDRESS = Pattern.compile("(.*\\.)?\\d+\\.?|\\d+\\.\\d+\\..*");

  private static final String IPV6_TAG = "ipv6:";

  private final List<Network> networks = new ArrayList<>();
  private final Set<String> hosts = new HashSet<>();
  private final List<String> domains = new ArrayList<>();

  /** Addresses that begin with the same bits. */
  private record Network(InetAddress first, int prefix) {
    boolean contains(InetAddress address) {
      int bits = bits(first);
      return bits == bits(address)
          && number(first).xor(number(address)).shiftRight(bits - prefix).equals(BigInteger.ZERO);
    }

    static int bits(InetAddress address) {
      return address.getAddress().length * 8;
    }

    private static BigInteger number(InetAddress address) {
      return new BigInteger(1, address.getAddress());
    }
  }

  private InternalNames() {}

  /**
   * Reads a list.
   *
   * @param words networks such as {@code 10.0.0.0/8}, addresses, hosts, and {@code .domain} for all
   *     hosts below it
   * @throws RulesException when something is none of these
   */
  public static InternalNames of(List<String> words) throws RulesException {
    InternalNames names = new InternalNames();
    List<String> problems = new ArrayList<>();
    for (String word : words) {
      if (!names.add(word)) {
        problems.add("'" + word + "' is no network, no address, no host and no .domain");
      }
    }
    if (!problems.isEmpty()) {
      throw new RulesException(problems);
    }
    return names;
  }

  /** Whether a word is an address, whatever its network; IPv6 also as in a literal. */
  static boolean isAddress(String word) {
    return InetAddresses.isInetAddress(untagged(word));
  }

  /** Whether an address or a host is among them. */
  boolean contains(String word) {
    String lower = untagged(word.toLowerCase(Locale.ROOT));
    String name = lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    if (InetAddresses.isInetAddress(name)) {
      InetAddress address = InetAddresses.forString(name);
      return networks.stream().anyMatch(network -> network.contains(address));
    }
    return hosts.contains(name) || domains.stream().anyMatch(name::endsWith);
  }

  private boolean add(String word) {
    int slash = word.indexOf('/');
    String name = slash < 0 ? word : word.substring(0, slash);
    if (InetAddresses.isInetAddress(name)) {
      return addNetwork(InetAddresses.forString(name), slash < 0 ? "" : word.substring(slash + 1));
    }
    boolean domain = word.startsWith(".");
    String host = domain ? word.substring(1) : word;
    if (slash >= 0 || !isHost(host)) {
      return false;
    }
    String lower = word.toLowerCase(Locale.ROOT);
    return domain ? domains.add(lower) : hosts.add(lower) || hosts.contains(lower);
  }

  private static boolean isHost(String name) {
    return Address.isDomain(name) && !LIKE_ADDRESS.matcher(name).matches();
  }

  private boolean addNetwork(InetAddress first, String prefix) {
    int bits = Network.bits(first);
    if (prefix.isEmpty()) {
      return networks.add(new Network(first, bits));
    }
    boolean digits = prefix.length() <= 3 && prefix.chars().allMatch(c -> c >= '0' && c <= '9');
    return digits
        && Integer.parseInt(prefix) <= bits
        && networks.add(new Network(first, Integer.parseInt(prefix)));
  }

  private static String untagged(String word) {
    boolean tagged = word.regionMatches(true, 0, IPV6_TAG, 0, IPV6_TAG.length());
    return tagged ? word.substring(IPV6_TAG.length()) : word;
  }
}
