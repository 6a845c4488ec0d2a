/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.bench;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A domain of the bench's own network, such as h12.test, whose name says where its host is. */
record BenchDomain(Kind kind, int number) {
  private static final Pattern NAME = Pattern.compile("(?:mx\\.)?([hrws])([0-9]{1,5})\\.test\\.?");
  private static final int HOSTS_OF_NET = 250;

  /** What its host is like; the second octet of its address says so too. */
  enum Kind {
    HEALTHY('h', 1),
    /** Nobody listens. */
    REFUSED('r', 2),
    /** Waits before the greeting, and before the reply to the final dot. */
    SLOW('w', 3),
    /** Takes packets, and answers none. */
    SILENT('s', 4);

    final char letter;
    final int octet;

    Kind(char letter, int octet) {
      this.letter = letter;
      this.octet = octet;
    }
  }

  /** The domain that a name is, or is the host of; empty for another. */
  static Optional<BenchDomain> of(String name) {
    Matcher matcher = NAME.matcher(name.toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      return Optional.empty();
    }
    for (Kind kind : Kind.values()) {
      if (matcher.group(1).charAt(0) == kind.letter) {
        return Optional.of(new BenchDomain(kind, Integer.parseInt(matcher.group(2))));
      }
    }
    return Optional.empty();
  }

  /** What a host at an address is like. */
  static Kind kind(InetAddress address) {
    return address.getAddress()[1] == Kind.SLOW.octet ? Kind.SLOW : Kind.HEALTHY;
  }

  String name() {
    return kind.letter + "" + number + ".test";
  }

  InetAddress address() {
    byte[] octets = {
      10, (byte) kind.octet, (byte) (number / HOSTS_OF_NET), (byte) (number % HOSTS_OF_NET + 1)
    };
    try {
      return InetAddress.getByAddress(octets);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four octets", e);
    }
  }
}
