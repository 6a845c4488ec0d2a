/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dmarc;

/** Whether a domain says to be one that others register names under: psd= of a record. */
public enum PublicSuffix {
  /** psd=y. */
  YES,
  /** psd=n: it is the organizational domain of itself and of what is below. */
  NO,
  /** psd=u, or nothing. */
  UNKNOWN
}
