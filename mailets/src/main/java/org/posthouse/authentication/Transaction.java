/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.authentication;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * How a message came, as the SMTP client says it.
 *
 * @param client where from; null when that is not known, so that SPF has nothing to say
 * @param helo the argument of HELO or EHLO; empty when that is not known
 * @param mailFrom the reverse path without angle brackets; empty for the null one
 */
public record Transaction(@Nullable InetAddress client, String helo, String mailFrom) {
  /** The client's address; empty when it is not known. */
  String clientText() {
    return client == null ? "" : client.getHostAddress();
  }
}
