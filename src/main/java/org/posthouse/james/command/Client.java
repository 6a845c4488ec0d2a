/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.command;

import java.net.InetSocketAddress;

/**
 * Where a session comes from.
 *
 * @param address the client's, as XCLIENT has it, else the peer's
 * @param peer who speaks, by the connection or as the header of a trusted proxy has it
 */
public record Client(InetSocketAddress address, InetSocketAddress peer) {
  /** One that connected itself. */
  public static Client direct(InetSocketAddress peer) {
    return new Client(peer, peer);
  }

  /** One on whose behalf the peer speaks. */
  public Client at(InetSocketAddress other) {
    return new Client(other, peer);
  }
}
