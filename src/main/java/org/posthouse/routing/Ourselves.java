/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.routing;

import java.net.InetSocketAddress;

/** How the relay knows itself among the hosts of others: mail never goes back to it. */
public interface Ourselves {
  /** Whether the relay goes by a name, given in lower case without the last dot. */
  boolean isName(String host);

  /** Whether who connects to an address comes to the relay itself. */
  default boolean isDoor(InetSocketAddress address) {
    return false;
  }
}
