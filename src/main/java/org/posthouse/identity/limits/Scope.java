/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.limits;

/** Whose mail is counted together. */
enum Scope {
  /** That of one identity. */
  IDENTITY,
  /** That of all identities of a group; an identity of several groups counts for each. */
  GROUP,
  /** That of one domain of the reverse path. */
  SENDER_DOMAIN,
  /** That for one domain. */
  RECIPIENT_DOMAIN,
  /** That of a /24 of IPv4 or a /64 of IPv6, or of one network that the limit names. */
  NETWORK,
  /** Everybody's. */
  ALL;

  boolean isOfADomain() {
    return this == SENDER_DOMAIN || this == RECIPIENT_DOMAIN;
  }
}
