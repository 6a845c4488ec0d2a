/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity;

import java.net.InetAddress;
import java.util.Optional;

/** Knows clients by the address that they come from. */
@FunctionalInterface
public interface AddressSource {
  /** Who comes from there. Returns at once: names of hosts were looked up before. */
  Optional<Identity> identify(InetAddress address);
}
