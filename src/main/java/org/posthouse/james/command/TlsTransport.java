/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.command;

import java.util.Optional;
import javax.net.ssl.SSLSession;

/** A connection that may be encrypted. */
public interface TlsTransport {
  /** The session of TLS; empty in clear. */
  Optional<SSLSession> tlsSession();
}
