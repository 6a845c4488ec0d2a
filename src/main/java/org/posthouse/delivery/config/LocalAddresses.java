/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery.config;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;

/** Whether a socket can be bound to an address. */
@FunctionalInterface
public interface LocalAddresses {
  /** Whether this machine has the address. */
  boolean has(InetAddress address);

  /** Those of the network interfaces, and all of 127.0.0.0/8. */
  static LocalAddresses ofThisMachine() {
    return address -> {
      try {
        return address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
      } catch (SocketException e) {
        return true; // nothing can be said; a connection will tell
      }
    };
  }
}
