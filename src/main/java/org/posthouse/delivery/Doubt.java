/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery;

import java.util.Set;

/**
 * That a host may have a mail as long as nothing else is known.
 *
 * @param place where it is
 * @param host which
 * @param recipients forward-paths that it has accepted, of other mails of the transaction too
 */
public record Doubt(Place place, Attempt.Peer host, Set<String> recipients) {
  public Doubt {
    recipients = Set.copyOf(recipients);
  }
}
