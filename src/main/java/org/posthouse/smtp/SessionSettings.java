/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.smtp;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * How sessions with a host are begun.
 *
 * @param heloName what we call ourselves
 * @param source the local address; null for what the system chooses
 * @param hostName what the host's certificate must prove, and what SNI asks for
 * @param tls how far it must be protected
 * @param implicitTls whether TLS begins with the first octet (RFC 8314)
 * @param login whom we are there; null to send without
 * @param timeouts how long the host may take
 */
public record SessionSettings(
    String heloName,
    @Nullable InetAddress source,
    String hostName,
    TlsLevel tls,
    boolean implicitTls,
    @Nullable Login login,
    Timeouts timeouts) {
  /** The same without TLS. */
  SessionSettings inClear() {
    return new SessionSettings(heloName, source, hostName, TlsLevel.NONE, false, login, timeouts);
  }

  /**
   * A name and a password; {@link #toString} tells the name only.
   *
   * @param name as the host knows us
   * @param password in clear, since the host wants it so
   * @param evenInClear whether it is given to a host without TLS, where anybody can read it
   */
  public record Login(String name, String password, boolean evenInClear) {
    /** One that is given under TLS only. */
    public Login(String name, String password) {
      this(name, password, false);
    }

    @Override
    public String toString() {
      return name;
    }
  }
}
