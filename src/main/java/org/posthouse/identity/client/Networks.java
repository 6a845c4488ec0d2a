/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.client;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A list of networks and addresses. */
public record Networks(List<Range> ranges) {
  public static final Networks NONE = new Networks(List.of());

  /** How a host name becomes an address. */
  @FunctionalInterface
  public interface Resolver {
    InetAddress byName(String host) throws UnknownHostException;
  }

  /**
   * Looks host names up, once; one that has no address gives nobody a right, as in stock.
   *
   * @param unknown told of the names that have no address now
   */
  public static Networks of(List<NetworkSpec> specs, Resolver resolver, Consumer<String> unknown) {
    List<Range> ranges = new ArrayList<>();
    for (NetworkSpec spec : specs) {
      try {
        ranges.add(spec.range(resolver.byName(spec.host())));
      } catch (UnknownHostException e) {
        unknown.accept(spec.host());
      }
    }
    return new Networks(List.copyOf(ranges));
  }

  /**
   * Networks without names of hosts.
   *
   * @throws IllegalArgumentException naming the first entry that is no network
   */
  public static Networks parse(String text) {
    List<NetworkSpec> specs = NetworkSpec.parseAll(text);
    specs.stream()
        .filter(NetworkSpec::isNameOfHost)
        .findFirst()
        .ifPresent(
            spec -> {
              throw new IllegalArgumentException(
                  "'" + spec.host() + "' is the name of a host; <host> is for names");
            });
    return new Networks(specs.stream().map(NetworkSpec::exactRange).toList());
  }

  public boolean contains(InetAddress address) {
    return ranges.stream().anyMatch(range -> range.contains(address));
  }

  /** Whether an address in text is one of them. */
  public boolean contains(String address) {
    try {
      return contains(InetAddress.getByName(address));
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
