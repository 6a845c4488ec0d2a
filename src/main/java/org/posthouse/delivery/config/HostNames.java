/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.posthouse.envelope.DomainName;
import org.xbill.DNS.Address;

/** Names of hosts and domains, and addresses in their place; nothing is looked up. */
final class HostNames {
  private static final int MOST_CHARACTERS = 253;

  /** With underscores, which the DNS allows and some hosts have. */
  private static final String LABEL = "[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?";

  /** The last label is no number: that would be a mistyped address. */
  private static final Pattern NAME = Pattern.compile("(" + LABEL + "\\.)*(?![0-9]+$)" + LABEL);

  private HostNames() {}

  /**
   * A name as it is compared: lower case, U-labels as A-labels, without a last dot. What is no name
   * stays as it is, but for its case.
   */
  static String normal(String name) {
    String text = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    try {
      return DomainName.ascii(text);
    } catch (IllegalArgumentException e) {
      return text.toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A name in its normal form.
   *
   * @throws IllegalArgumentException when it is none; the message says so
   */
  static String parse(String text) {
    String name = normal(text);
    if (name.length() > MOST_CHARACTERS || !NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("'" + text + "' is no name of a host or domain");
    }
    return name;
  }

  /** An address of either family, without brackets; empty when the text is none. */
  static Optional<InetAddress> address(String text) {
    byte[] octets = Address.toByteArray(text, Address.IPv4);
    if (octets == null && text.indexOf(':') >= 0) {
      octets = Address.toByteArray(text, Address.IPv6);
    }
    try {
      return octets == null ? Optional.empty() : Optional.of(InetAddress.getByAddress(octets));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address of that many octets", e);
    }
  }

  /**
   * A name in its normal form, or an address; one of IPv6 may stand in brackets and loses them.
   *
   * @throws IllegalArgumentException when it is neither; the message says so
   */
  static String nameOrAddress(String text) {
    boolean bracketed = text.startsWith("[") && text.endsWith("]");
    String bare = bracketed ? text.substring(1, text.length() - 1) : text;
    if (address(bare).isPresent()) {
      return bare.toLowerCase(Locale.ROOT);
    }
    if (text.matches(".*[^:]:[0-9]+")) {
      throw new IllegalArgumentException("'" + text + "': the attribute port holds the port");
    }
    return parse(text);
  }

  /**
   * What the relay may call itself in EHLO: a name, or an address literal in brackets.
   *
   * @throws IllegalArgumentException when it is neither; the message says so
   */
  static String helo(String text) {
    if (text.startsWith("[") && text.endsWith("]")) {
      String inner = text.substring(1, text.length() - 1);
      boolean v6 = inner.regionMatches(true, 0, "IPv6:", 0, 5);
      if (address(v6 ? inner.substring(5) : inner).isPresent()) {
        return text;
      }
    }
    return parse(text);
  }
}
