/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.rights;

import org.jspecify.annotations.Nullable;
import org.posthouse.identity.client.NetworkSpec;
import org.posthouse.identity.client.Range;

/**
 * From where a client must come.
 *
 * @param range null for those that the door authorizes, whichever they are
 */
record Network(@Nullable Range range) {
  /** {@code authorizedAddresses} of the door. */
  static final Network AUTHORIZED = new Network(null);

  private static final String AUTHORIZED_WORD = "authorized";

  /**
   * Reads {@code 192.0.2.0/24}, {@code 2001:db8::/32}, one address, or {@code authorized}.
   *
   * @throws IllegalArgumentException when it is neither; the message says why
   */
  static Network parse(String text) {
    if (text.equals(AUTHORIZED_WORD)) {
      return AUTHORIZED;
    }
    NetworkSpec spec = NetworkSpec.parse(text);
    if (spec.isNameOfHost()) {
      throw new IllegalArgumentException("'" + text + "' is neither an address nor a network");
    }
    return new Network(spec.exactRange());
  }

  boolean contains(Client client) {
    return range == null ? client.isAuthorized() : range.contains(client.address());
  }

  boolean covers(Network other) {
    if (range == null || other.range == null) {
      return equals(other);
    }
    return range.contains(other.range);
  }

  /** Whether every address of IPv4 or IPv6 is in it. */
  boolean isEverything() {
    return range != null && range.prefix() == 0;
  }

  /** Whether it is all within this machine, or its extent is the door's to warn of. */
  boolean isLoopback() {
    return range == null || (range.first().isLoopbackAddress() && range.prefix() >= 8);
  }

  @Override
  public String toString() {
    return range == null ? AUTHORIZED_WORD : range.toString();
  }
}
