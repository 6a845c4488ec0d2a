/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.command;

import java.net.InetAddress;

/** What commands ask of the door that a session came by. */
public interface DoorSettings {
  /** Whether a peer may say whom it speaks for with XCLIENT. */
  boolean mayUseXclient(InetAddress peer);

  SessionLimits limits();

  /** Whether a login gives rights here. */
  boolean takesLogins();
}
