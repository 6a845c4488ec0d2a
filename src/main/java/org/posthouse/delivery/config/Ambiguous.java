/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery.config;

/** What to do when the reply to the final dot is lost: the host may have taken the mail. */
public enum Ambiguous {
  /** Try again: the mail may arrive twice. */
  RETRY,
  /** Keep it until a person decides. */
  HOLD,
  /** Take it for delivered: the mail may be lost. */
  SENT
}
