/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.matchers;

import com.google.common.net.InetAddresses;
import java.math.BigInteger;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.mail.MessagingException;
import org.apache.mailet.Mail;

/**
 * Matches mail of clients in one of some networks, separated by commas. Prefixes count to the bit,
 * of IPv6 too; stock's {@code RemoteAddrInNetwork} takes every network of IPv6 for a /64.
 *
 * <pre>{@code
 * <mailet match="ClientNetworkIs=192.0.2.0/24, 2001:db8::/32" class="ToProcessor">
 *   <processor>branch</processor>
 * </mailet>
 * }</pre>
 *
 * <p>In a stock James the client is whoever connected.
 */
public class ClientNetworkIs extends RightMatcher {
  private final List<Network> networks = new ArrayList<>();

  /** Addresses that begin with the same bits. */
  private record Network(InetAddress first, int prefix) {
    boolean contains(InetAddress address) {
      int bits = first.getAddress().length * 8;
      return bits == address.getAddress().length * 8
          && number(first)
              .shiftRight(bits - prefix)
              .equals(number(address).shiftRight(bits - prefix));
    }

    private static BigInteger number(InetAddress address) {
      return new BigInteger(1, address.getAddress());
    }
  }

  @Override
  void read(String condition) throws MessagingException {
    for (String word : words(condition)) {
      String[] parts = word.split("/", 2);
      if (!InetAddresses.isInetAddress(parts[0])) {
        throw refusal("'" + word + "' is neither an address nor a network such as 192.0.2.0/24");
      }
      InetAddress first = InetAddresses.forString(parts[0]);
      int most = first.getAddress().length * 8;
      String prefix = parts.length > 1 ? parts[1] : Integer.toString(most);
      if (!prefix.matches("\\d{1,3}") || Integer.parseInt(prefix) > most) {
        throw refusal("'" + word + "': behind the slash stands a number of bits, 0 to " + most);
      }
      networks.add(new Network(first, Integer.parseInt(prefix)));
    }
  }

  @Override
  boolean matches(Mail mail) {
    return text(mail, RightAttributes.CLIENT)
        .or(() -> Optional.ofNullable(mail.getRemoteAddr()))
        .filter(InetAddresses::isInetAddress)
        .map(InetAddresses::forString)
        .filter(address -> networks.stream().anyMatch(network -> network.contains(address)))
        .isPresent();
  }

  @Override
  public String getMatcherInfo() {
    return "ClientNetworkIs=192.0.2.0/24, 2001:db8::/32";
  }
}
