/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.rights;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;
import org.posthouse.identity.Identity;

/**
 * Who speaks to a door.
 *
 * @param identity who it is; null while nothing has told
 * @param address where it connects from, as a trusted proxy says it
 * @param isAuthorized whether that address may relay at the door without telling who it is
 */
public record Client(@Nullable Identity identity, InetAddress address, boolean isAuthorized) {
  /** One that has no right by its address. */
  public Client(@Nullable Identity identity, InetAddress address) {
    this(identity, address, false);
  }

  /** Whether there is anything that could let it relay, within what a rule says. */
  public boolean isAdmitted() {
    return identity != null || isAuthorized;
  }

  /** As replies and the log call it. */
  public String name() {
    return identity == null ? address.getHostAddress() : identity.name();
  }
}
