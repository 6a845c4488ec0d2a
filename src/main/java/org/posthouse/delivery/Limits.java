/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How much goes to a site at a time. The sites of one destination share {@code connections} and
 * {@code rate}, as far as mail comes from the same source: a provider counts by client, whatever
 * its hosts are called.
 *
 * @param destination its name in relay.xml; empty for a site that belongs to none, and has the
 *     limits for itself
 * @param connections most connections at a time, at least 1
 * @param mailsPerConnection most transactions of one connection, at least 1
 * @param recipientsPerTransaction most recipients of one transaction, at least 1
 * @param rate most transactions in a time; null for no limit
 * @param idle how long a connection is kept without a mail
 */
public record Limits(
    String destination,
    int connections,
    int mailsPerConnection,
    int recipientsPerTransaction,
    @Nullable Rate rate,
    Duration idle) {
  /** So many in so long a time. */
  public record Rate(int count, Duration per) {}
}
