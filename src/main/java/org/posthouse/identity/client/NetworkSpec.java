/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.client;

import com.google.common.net.InetAddresses;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * One entry of {@code authorizedAddresses}, exact to the bit. Stock reads {@code 10.0.0.0/33} as
 * half of the Internet, {@code 2001:db8::1/128} as a /64, and takes a misspelt address for a host
 * name that it cannot resolve and so ignores.
 *
 * @param host an address, or the name of a host
 * @param prefix bits that count; {@link #ALL} for the whole address
 */
public record NetworkSpec(String host, int prefix) {
  public static final int ALL = -1;

  /** The largest owner of IPv4, a ministry of defence, has fourteen times a /8. */
  private static final int MOST_ALLOCATIONS = 16;

  private static final Pattern IPV4 = Pattern.compile("\\d{1,3}([.]\\d{1,3}){3}");
  private static final Pattern WILDCARD = Pattern.compile("(\\d{1,3}[.]){0,3}[*]");
  private static final Pattern NAME =
      Pattern.compile("[a-z0-9]([a-z0-9-]*[a-z0-9])?([.][a-z0-9]([a-z0-9-]*[a-z0-9])?)*[.]?");

  private static final Networks PRIVATE =
      Networks.parse(
          "127.0.0.0/8 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 169.254.0.0/16 ::1 fc00::/7"
              + " fe80::/10");

  /**
   * Reads a list, separated by commas or spaces.
   *
   * @throws IllegalArgumentException naming the first entry that is no network
   */
  public static List<NetworkSpec> parseAll(String text) {
    return Arrays.stream(text.split("[,\\s]+", -1))
        .filter(entry -> !entry.isEmpty())
        .map(NetworkSpec::parse)
        .toList();
  }

  /** What is wrong with each entry of a list that is no network. */
  public static List<String> problems(String text) {
    List<String> problems = new ArrayList<>();
    for (String entry : text.split("[,\\s]+", -1)) {
      try {
        if (!entry.isEmpty()) {
          NetworkSpec unused = parse(entry);
        }
      } catch (IllegalArgumentException e) {
        problems.add(String.valueOf(e.getMessage()));
      }
    }
    return problems;
  }

  /**
   * What is wrong with each entry of a list that one of stock's matchers reads: of IPv6 it knows
   * single addresses and networks of 64 bits.
   */
  public static List<String> problemsForStock(String text) {
    List<String> problems = new ArrayList<>(problems(text));
    for (String entry : text.split("[,\\s]+", -1)) {
      int slash = entry.indexOf('/');
      if (slash > 0 && entry.indexOf(':') >= 0 && !entry.endsWith("/64")) {
        problems.add("'" + entry + "' would be read as a /64, as every network of IPv6");
      }
    }
    return problems;
  }

  /** Whether a list holds all addresses of IPv4 or IPv6, or a part that nobody has alone. */
  public static boolean isEverything(String text) {
    List<NetworkSpec> all = readable(text);
    return all.stream().anyMatch(NetworkSpec::isBeyondAnyOwner) || areBeyondAnyOwner(all);
  }

  /** Whether it is larger than a public network of one's own is, as a rule. */
  public boolean isLarge() {
    return prefix != ALL && !isPrivate() && prefix < (allocation() == 8 ? 16 : 32);
  }

  /** The entries of a list that can be read. */
  public static List<NetworkSpec> readable(String text) {
    return Arrays.stream(text.split("[,\\s]+", -1))
        .filter(entry -> !entry.isEmpty() && problems(entry).isEmpty())
        .map(NetworkSpec::parse)
        .toList();
  }

  /** Registries have a /8 of IPv4 or a /12 of IPv6; what is larger is the Internet. */
  public boolean isBeyondAnyOwner() {
    return prefix != ALL && prefix < allocation() && !isPrivate();
  }

  /** Whether they hold more than any one owner has, though each for itself may be somebody's. */
  public static boolean areBeyondAnyOwner(Collection<NetworkSpec> networks) {
    return networks.stream().distinct().mapToDouble(NetworkSpec::allocations).sum()
        > MOST_ALLOCATIONS;
  }

  /** How much it is of what a registry has at a time. */
  private double allocations() {
    return isNameOfHost() || isPrivate() ? 0 : Math.scalb(1.0, allocation() - range().prefix());
  }

  private int allocation() {
    return host.indexOf(':') < 0 ? 8 : 12;
  }

  /** Whether all of it is on this machine or in networks that are not routed (RFC 1918, 4193). */
  public boolean isPrivate() {
    return PRIVATE.ranges().stream().anyMatch(range -> range.contains(range()));
  }

  /** As it is written, with the bits that count; the wildcard as the network that it is. */
  @Override
  public String toString() {
    return prefix == ALL ? host : host + "/" + prefix;
  }

  /**
   * Reads one entry.
   *
   * @throws IllegalArgumentException when it is none; the message says why
   */
  public static NetworkSpec parse(String text) {
    if (WILDCARD.matcher(text).matches()) {
      return wildcard(text);
    }
    int slash = text.indexOf('/');
    String host = slash < 0 ? text : text.substring(0, slash);
    if (!isLiteral(host, text) && !isName(host)) {
      throw bad(text, "neither an address nor a network nor the name of a host");
    }
    return new NetworkSpec(host, slash < 0 ? ALL : prefix(host, text.substring(slash + 1), text));
  }

  private static NetworkSpec wildcard(String text) {
    int octets = (int) text.chars().filter(c -> c == '.').count();
    String host = text.substring(0, text.length() - 1) + "0" + ".0".repeat(3 - octets);
    isLiteral(host, text);
    return new NetworkSpec(host, octets * 8);
  }

  /**
   * What it holds, where the host is the network's first address; not for the name of a host.
   *
   * @throws IllegalArgumentException when it is another, and one address was meant perhaps
   */
  public Range exactRange() {
    Range range = range();
    if (!range.first().equals(InetAddresses.forString(host))) {
      throw new IllegalArgumentException(
          "'" + this + "' is one address and a network; the network is " + range);
    }
    return range;
  }

  /** What it holds; not for the name of a host. */
  public Range range() {
    return range(InetAddresses.forString(host));
  }

  /** What it holds, its host having that address. */
  public Range range(InetAddress address) {
    return new Range(address, prefix == ALL ? address.getAddress().length * 8 : prefix);
  }

  /** Whether the entry is a name, which has to be looked up. */
  public boolean isNameOfHost() {
    return host.indexOf(':') < 0 && !IPV4.matcher(host).matches();
  }

  /** Whether the host is an address; an address that cannot be is refused. */
  private static boolean isLiteral(String host, String text) {
    if (host.indexOf(':') < 0 && !IPV4.matcher(host).matches()) {
      return false;
    }
    if (host.indexOf(':') < 0
        && Arrays.stream(host.split("[.]", -1)).anyMatch(octet -> Integer.parseInt(octet) > 255)) {
      throw bad(text, "no address: an octet is at most 255");
    }
    try {
      if (host.indexOf(':') >= 0 && InetAddress.getByName(host).getAddress().length == 4) {
        throw bad(text, "an IPv4 address in IPv6's clothes; write it as IPv4");
      }
      return true;
    } catch (UnknownHostException e) {
      throw bad(text, "no IPv6 address");
    }
  }

  /** A name that begins with a number is a misspelt address, not a host. */
  private static boolean isName(String host) {
    return NAME.matcher(host.toLowerCase(Locale.ROOT)).matches()
        && !host.substring(0, (host + ".").indexOf('.')).matches("\\d+");
  }

  private static int prefix(String host, String text, String entry) {
    int most = host.indexOf(':') < 0 ? 32 : 128;
    if (text.matches("\\d{1,3}") && Integer.parseInt(text) <= most) {
      return Integer.parseInt(text);
    }
    boolean isMask =
        most == 32
            && IPV4.matcher(text).matches()
            && Arrays.stream(text.split("[.]", -1)).allMatch(o -> Integer.parseInt(o) <= 255);
    if (isMask) {
      long mask = 0;
      for (String octet : text.split("[.]", -1)) {
        mask = mask << 8 | Integer.parseInt(octet);
      }
      int ones = Long.bitCount(mask);
      if (mask == (0xffffffffL << (32 - ones) & 0xffffffffL)) {
        return ones;
      }
    }
    throw bad(entry, "no network: after the slash stands a number of bits, 0 to " + most);
  }

  private static IllegalArgumentException bad(String entry, String why) {
    return new IllegalArgumentException("'" + entry + "' is " + why);
  }
}
