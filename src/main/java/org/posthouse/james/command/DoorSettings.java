/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.command;

import java.net.InetAddress;
import java.util.Optional;
import javax.net.ssl.SSLSession;
import org.posthouse.identity.Identity;
import org.posthouse.identity.TokenSource;
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

  /**
   * What stands in the trace field for a client that is known as this identity; empty at a door
   * that names the client itself (RFC 5321 section 4.4).
   */
  Optional<String> pseudonym(Identity identity);

  /** Who is asked about access tokens here; empty at a door that has nobody of its own. */
  Optional<TokenSource> tokens();

  /** The certificate that the client has shown; may ask an authority, so not on IO threads. */
  Optional<ClientCertificate> clientCertificate(SSLSession session);
}
