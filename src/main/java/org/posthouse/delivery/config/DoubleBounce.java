/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery.config;

/** What becomes of a mail without a sender that cannot be delivered (RFC 5321, section 4.5.5). */
public enum DoubleBounce {
  /** It is dropped; the log and a metric tell. */
  DROP,
  /** The postmaster gets a report. */
  POSTMASTER
}
