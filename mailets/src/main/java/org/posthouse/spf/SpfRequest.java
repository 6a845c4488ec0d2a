/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spf;

import java.net.InetAddress;
import java.time.Instant;

/**
 * Who sends, as the SMTP client says it. Nothing of it needs to be well formed.
 *
 * @param client where the connection comes from
 * @param helo the argument of HELO or EHLO
 * @param mailFrom the reverse path without angle brackets; empty for the null one, for which the
 *     HELO name is checked (RFC 7208 section 2.4)
 * @param receiver name of the host that checks: %{r} of explanations
 * @param time of the check: %{t} of explanations
 */
public record SpfRequest(
    InetAddress client, String helo, String mailFrom, String receiver, Instant time) {
  /** A reverse path for header fields: in A-labels, and without a local part beyond ASCII. */
  public static String inAscii(String mailFrom) {
    return Sender.inAscii(mailFrom);
  }

  /** The check of the HELO identity of the same client (RFC 7208 section 2.3). */
  public SpfRequest ofHelo() {
    return new SpfRequest(client, helo, "", receiver, time);
  }
}
