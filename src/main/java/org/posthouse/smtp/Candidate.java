/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.smtp;

import java.net.InetSocketAddress;

/**
 * An address at which a session may be begun.
 *
 * @param settings of a session with the host there
 */
public record Candidate(InetSocketAddress address, SessionSettings settings) {
  /** As in the log of Postfix: {@code mx.example.net[192.0.2.1]:25}. */
  @Override
  public String toString() {
    return settings.hostName()
        + "["
        + address.getAddress().getHostAddress()
        + "]:"
        + address.getPort();
  }

  Candidate inClear() {
    return new Candidate(address, settings.inClear());
  }
}
