/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dns;

import org.jspecify.annotations.Nullable;
import org.posthouse.dns.Answer.Status;
import org.xbill.DNS.Name;

/**
 * What a server said.
 *
 * @param alias what the name is another name of, when the server did not say what that has
 * @param aliases how many were followed
 * @param ttlSeconds how long it holds; the least of all records on the way
 * @param octets of the messages on the way: how much memory it takes to keep it
 */
record Reply(Answer answer, @Nullable Name alias, int aliases, long ttlSeconds, int octets) {
  /** How long a failure is kept: RFC 9520 section 3.2 wants a second at least. */
  private static final int FAILURE_SECONDS = 5;

  static Reply start() {
    return new Reply(Answer.none(Status.TEMPORARY), null, 0, Long.MAX_VALUE, 0);
  }

  static Reply failure() {
    return new Reply(Answer.none(Status.TEMPORARY), null, 0, FAILURE_SECONDS, 0);
  }
}
