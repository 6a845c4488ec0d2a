/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dmarc;

/** How much alike two domains have to be (RFC 9989 section 3.2.10). */
public enum Alignment {
  /** Both have the same organizational domain. */
  RELAXED,
  /** Both are the same. */
  STRICT
}
