/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.smtp;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The networks that may relay without a login. */
record Networks(List<Range> ranges) {
  private static final Logger LOGGER = LoggerFactory.getLogger(Networks.class);

  static final Networks NONE = new Networks(List.of());

  /** How a host name becomes an address. */
  @FunctionalInterface
  interface Resolver {
    InetAddress byName(String host) throws UnknownHostException;
  }

  /** Addresses that begin with the same bits. */
  record Range(InetAddress first, int prefix) {
    boolean contains(InetAddress address) {
      byte[] mine = first.getAddress();
      byte[] other = address.getAddress();
      if (mine.length != other.length) {
        return false;
      }
      for (int bit = 0; bit < prefix; bit++) {
        if (((mine[bit / 8] ^ other[bit / 8]) & 0x80 >> bit % 8) != 0) {
          return false;
        }
      }
      return true;
    }
  }

  /** Looks host names up, once; one that has no address gives nobody a right, as in stock. */
  static Networks of(List<NetworkSpec> specs, Resolver resolver) {
    List<Range> ranges = new ArrayList<>();
    for (NetworkSpec spec : specs) {
      try {
        InetAddress address = resolver.byName(spec.host());
        int bits = address.getAddress().length * 8;
        ranges.add(new Range(address, spec.prefix() == NetworkSpec.ALL ? bits : spec.prefix()));
      } catch (UnknownHostException e) {
        LOGGER.warn(
            "smtpserver.xml, <authorizedAddresses>: {} has no address now, so nobody may relay by it"
                + " until the next start",
            spec.host());
      }
    }
    return new Networks(List.copyOf(ranges));
  }

  /** Whether an address in text is one of them. */
  boolean contains(String address) {
    try {
      InetAddress parsed = InetAddress.getByName(address);
      return ranges.stream().anyMatch(range -> range.contains(parsed));
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
