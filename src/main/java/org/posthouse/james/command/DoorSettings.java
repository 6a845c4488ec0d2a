/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.command;

import java.net.InetAddress;
import java.util.Optional;
import javax.net.ssl.SSLSession;
import org.posthouse.tls.ClientCertificate;

/** What commands ask of the door that a session came by. */
public interface DoorSettings {
  /** Whether a peer may say whom it speaks for with XCLIENT. */
  boolean mayUseXclient(InetAddress peer);

  SessionLimits limits();

  /** Whether a login gives rights here. */
  boolean takesLogins();

  /** Whether mail in clear is refused (RFC 3207, section 4). */
  boolean isTlsRequired();

  /** The certificate that the client has shown; may ask an authority, so not on IO threads. */
  Optional<ClientCertificate> clientCertificate(SSLSession session);
}
